//! First names that many people bear. In: a name as it is compared. Out: whether it is one of them. Never: a name by which one
//! of its bearers is known the world over ("Madonna", "Jesus").

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Some five hundred that English texts use, without a surname, for somebody whom they have introduced.
const FIRST_NAMES: &str = "
    aaron abby abdullah abigail abraham adam adrian agnes ahmed alan albert alex alexander alexandra alfred
    ali alice alison allan allen amanda amber amelia amy ana andrea andreas andrew andy angela angelina
    anita ann anna anne annie anthony antoine antonio april archie arnold arthur audrey ava barbara barry
    beatrice becky ben benjamin bernard bernie beth betty beverly bill billy bob bobby brad bradley brandon
    brenda brian bridget bruce bryan caleb cameron carl carla carlos carmen carol caroline catherine cathy
    charles charlie charlotte cheryl chloe chris christian christina christine christopher cindy claire
    clara clare claude claudia colin connie craig cynthia dan daniel danny darren dave david dawn dean
    debbie deborah denise dennis derek diana diane diego dominic don donald donna doris dorothy doug douglas
    duncan dylan earl eddie edgar edith edmund edward edwin eileen elaine eleanor elena eli elizabeth ella
    ellen ellie elsie emily emma eric erica ernest esther ethan eugene eva evan eve evelyn fatima felix
    ferdinand fernando fiona florence frances francis francisco frank franz fred freddie frederick friedrich
    gabriel gareth gary gavin gemma geoffrey george gerald gerard giovanni gloria gordon grace
    graham greg gregory guy hannah hans harold harriet harry harvey hassan hazel heather heidi heinrich
    helen helena henri henry herbert hilary hillary holly howard hugh hugo ian ibrahim ida irene iris isaac
    isabel isabella ivan jack jackie jacob jacques jake james jamie jan jane janet jason jay jean jeff
    jeffrey jennifer jenny jeremy jerome jerry jesse jessica jessie jill jim jimmy joan joanna joe joel
    johan johann john johnny jon jonathan jordan jorge jose joseph josephine josh joshua josé joy joyce juan
    judith judy julia julian julie june justin karen karl kate katherine kathleen kathryn kathy katie kay
    keith kelly ken kenneth kevin kim kirsten kurt kyle larry laura lauren laurence lawrence leah lee lena
    leo leon leonard leslie lewis liam lily linda lisa liz lois lorenzo louis louise lucas lucia lucy ludwig
    luis luke lydia lynn maggie malcolm marc marcel marco marcus margaret maria marie marilyn marion mark
    marlene martha martin mary mathias matt matthew maurice max maya megan melanie melissa michael michel
    michelle miguel mike mildred miriam mohamed mohammed molly monica morgan mustafa nancy naomi natalie
    natasha nathalie nathan neil nelson nicholas nick nicola nicole nigel nina nora norma norman oliver
    olivia omar oscar otto owen pablo pam pamela patricia patrick patty paul paula pauline pedro peggy penny
    pete peter phil philip philippe phillip phyllis pierre polly rachel ralph ramon ray raymond rebecca
    reginald rene ricardo richard rick rita rob robert roberta roberto robin rodney roger roland ron ronald
    rosa rose rosemary ross roy ruby rudolf russell ruth ryan sally sam samantha samuel sandra sandy sara
    sarah scott sean sebastian sergei sharon shaun sheila sherry shirley sidney simon sofia sophia sophie
    stan stanley stella stephanie stephen steve steven stewart stuart sue susan suzanne sylvia tara ted
    teresa terry theodore theresa thomas tim timothy tina toby todd tom tommy tony tracy trevor tyler ursula
    valerie vanessa vera veronica vicky victor victoria vincent violet virginia vivian vladimir walter wanda
    wayne wendy wilhelm william winifred yuri yusuf yvonne zoe
";

/// Whether a name is only a first name.
pub(crate) fn is_first_name(name: &str) -> bool {
    static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| FIRST_NAMES.split_whitespace().collect());
    NAMES.contains(name)
}
