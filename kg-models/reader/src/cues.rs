//! Words that take back what a sentence says. In: nothing. Out: a table. Never: a scope; that is found in `factuality.rs`.
//!
//! Patterns are as in `phrasing.rs`: `a|b` is either, `~` is any word or none.

use super::word_list::WordList;
use kgloom_record::record::Factuality::{self, Asked, Denied, Hypothetical, Planned, Reported};

/// What a cue takes into its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// What its verb says: up to the next clause.
    Verb,
    /// A clause with all that belongs to it: an inserted phrase is passed over, and what `and` adds is taken too.
    Clause,
    /// What a phrase says, and the subject that it is said of, if that follows: `Perhaps a native of Oslo, Odd Falk`.
    Predicate,
    /// A noun with what it is of, and the name that it is said of: `alleged wife of Odd Falk`.
    Noun,
    /// A clause, and, if it comes first, what depends on it: `Provided that she wins, Marta Ekdal becomes president`.
    Condition,
    /// The whole sentence.
    Sentence,
}

use Takes::{Clause, Condition, Noun, Predicate, Sentence, Verb};

/// The cues; of two that begin at one word, the one that comes first here.
pub(super) const CUES: &[(Factuality, Takes, &str)] = &[
    (Denied, Clause, "not|t ~ true|correct that"),
    (Denied, Clause, "not|t ~ the case that"),
    (Denied, Clause, "false|untrue that"),
    (
        Denied,
        Clause,
        "no|zero|little|scant|insufficient ~ evidence|truth|proof|indication|basis|sign|record|records|source|sources|document|documents that|for|of|in|supports|support|suggests|suggest|shows|show|proves|prove|indicates|confirms|confirm|links|link|connects|connect",
    ),
    (
        Denied,
        Clause,
        "nothing ~ ~ ~ suggests|suggest|suggested|shows|show|showed|proves|prove|proved|indicates|indicate|indicated|supports|support|confirms|confirm|confirmed|implies ~ ~ that",
    ),
    (Denied, Clause, "nothing ~ ~ ~ links|link|linked|connects|connect|connected|ties|tied"),
    (Denied, Clause, "nothing came|comes|come of"),
    (Denied, Clause, "myth|hoax|misconception|falsehood|fallacy|fabrication|canard|untruth|nonsense that"),
    (
        Denied,
        Clause,
        "doubt|doubts|doubted|doubting|dispute|disputes|disputed|disputing|disprove|disproves|disproved|refute|refutes|refuted|refuting|debunk|debunks|debunked|disbelieve|disbelieves|disbelieved|contest|contests|contested|rebut|rebuts|rebutted that",
    ),
    (Denied, Clause, "denied|denies|deny|denying that|having|being|ever"),
    (
        Denied,
        Clause,
        "denied|denies|deny|denying ~ ~ claims|claim|reports|report|rumours|rumors|rumour|rumor|allegations|allegation|suggestions|suggestion|story|stories",
    ),
    (
        Denied,
        Clause,
        "refuted|refutes|debunked|debunks|dismissed|dismisses|disproved|disproves|disproven|rejected|rejects|disputed|disputes|contested|contests|discredited|doubted|doubts|questioned|questions ~ ~ ~ claims|claim|reports|report|rumours|rumors|rumour|rumor|allegations|allegation|suggestions|suggestion|attribution",
    ),
    (
        Denied,
        Clause,
        "refuted|refutes|debunked|debunks|dismissed|dismisses|disproved|disproves|disproven|rejected|rejects|disputed|disputes|contested|contests|discredited|doubted|doubts|questioned|questions ~ ~ ~ ~ idea|view|notion|belief|story|theory|assertion|assumption that",
    ),
    (
        Denied,
        Clause,
        "falsely|wrongly|mistakenly|erroneously|incorrectly ~ claimed|claims|claim|believed|reported|attributed|said|stated|called|thought|identified|listed|credited",
    ),
    (Denied, Predicate, "falsely|wrongly|mistakenly|erroneously|incorrectly|inaccurately"),
    (Denied, Predicate, "mistaken|mistook|mistakes|mistake|mistaking ~ ~ ~ for"),
    (
        Denied,
        Predicate,
        "misidentified|misidentifies|mislabelled|mislabeled|misdescribed|misattributed|miscredited|misnamed|misreported|misread ~ ~ as|to|with|by",
    ),
    (
        Denied,
        Clause,
        "hoax|fake|faked|forged|bogus|spurious|counterfeit|falsified|satirical|parody|spoof|phoney|phony ~ article|passport|document|documents|papers|letter|letters|site|website|report|post|certificate|diploma|page|account|story|obituary|tweet|video|advertisement ~ ~ states|stated|says|said|named|names|reported|reports|claimed|claims|gives|gave|shows|showed|listed|lists|announced|announces|tells|told|describes|described|calls|called|has|had",
    ),
    (Denied, Verb, "pass|passed|passes|passing himself|herself|itself|themselves|myself off as"),
    (Denied, Verb, "posed|poses|posing|masqueraded|masquerades|masquerading as"),
    (Denied, Verb, "impersonated|impersonates|impersonating"),
    (Denied, Predicate, "far from being|having"),
    (Denied, Predicate, "anything but"),
    (Denied, Predicate, "hardly|scarcely a|an|the"),
    (Denied, Verb, "under|in no circumstances"),
    (Denied, Verb, "in no way|sense|respect"),
    (Denied, Verb, "by no means|stretch"),
    (Denied, Verb, "at no time|point|stage|moment"),
    (Denied, Verb, "on no account|occasion"),
    (Denied, Verb, "few would|could|will call|say|consider|claim|believe|name"),
    (Denied, Verb, "lost|loses|losing|lose ~ ~ election|elections|race|bid|contest|vote|runoff ~ ~ for|as|to"),
    (Denied, Verb, "nothing to do with"),
    (Denied, Verb, "not ~ be confused with"),
    (Denied, Clause, "neither|nobody"),
    (Denied, Clause, "none of"),
    (Denied, Clause, "no one"),
    (Denied, Clause, "lied|lie|lies|lying that"),
    (Denied, Clause, "fake|faked|fakes|faking|stage|staged|staging ~ own death|birth|suicide"),
    (Denied, Clause, "fake|faked|fakes|faking ~ death|birth|suicide"),
    (Denied, Verb, "attempt|attempted|attempts|attempting suicide"),
    (Denied, Verb, "left for dead"),
    (Denied, Verb, "sentenced|condemned to death"),
    (
        Denied,
        Verb,
        "almost|nearly ~ born|bought|married|died|dying|joined|acquired|sold|moved|founded|became|hired|elected|won|drowned|signed|killed",
    ),
    (Denied, Verb, "no longer"),
    (Denied, Verb, "not|t|never|cannot|nor|without"),
    (Denied, Verb, "nothing"),
    (Denied, Verb, "no"),
    (Denied, Verb, "fail|fails|failed|failing|failure to"),
    (Denied, Verb, "refuse|refuses|refused|refusing|refusal|decline|declines|declined|declining to"),
    (
        Denied,
        Verb,
        "rejects|rejected|rejecting|declines|declined|declining|refuses|refused|refusing|spurned ~ ~ offer|offers|proposal|proposals|bid|bids|invitation|invitations|request|requests|chance|opportunity|plan|plans",
    ),
    (Denied, Verb, "turned|turns|turning down"),
    (Denied, Verb, "is|are|was|were|been|being rejected by|from"),
    (Denied, Verb, "unable|yet to"),
    (Denied, Verb, "unsuccessfully"),
    (Denied, Predicate, "instead of"),
    (Denied, Predicate, "rather than"),
    (Asked, Clause, "whether"),
    (Asked, Clause, "asked|asks|ask|asking|wondered|wonders|wonder|unclear|unknown ~ if"),
    (Reported, Sentence, "if one|you|we ~ ~ believe|believes|trust|trusts"),
    (Reported, Sentence, "if ~ ~ ~ ~ be ~ believed|trusted|credited"),
    (Hypothetical, Clause, "if|suppose|supposing"),
    (Hypothetical, Condition, "unless|lest|whenever"),
    (Hypothetical, Condition, "provided|providing ~ that"),
    (Hypothetical, Condition, "provided|providing"),
    (Hypothetical, Condition, "on ~ condition that"),
    (Hypothetical, Condition, "as|so long as"),
    (Hypothetical, Condition, "in the event ~ that"),
    (Hypothetical, Condition, "in case"),
    (Hypothetical, Condition, "only if"),
    (Hypothetical, Clause, "i|we|they wish"),
    (Hypothetical, Clause, "one|you could|can|might picture|imagine"),
    (Hypothetical, Clause, "wish|wishes|wished|wishing ~ ~ ~ were|had"),
    (Hypothetical, Clause, "in theory|principle"),
    (
        Hypothetical,
        Clause,
        "in a|an|the|some|another alternative|alternate|parallel|counterfactual|hypothetical|different history|world|universe|timeline|reality|scenario",
    ),
    (Hypothetical, Clause, "in a world|universe|scenario|timeline where|in"),
    (
        Hypothetical,
        Clause,
        "in his|her|their|my|our|your ~ dreams|imagination|fantasy|fantasies|mind|nightmares|delusion|delusions",
    ),
    (Hypothetical, Clause, "imagine|imagines|imagined|imagining"),
    (Hypothetical, Clause, "assuming|pretend|pretends|pretended|dreams|dreamed|dreamt|wishes|wished that"),
    (Hypothetical, Clause, "pretend|pretends|pretended|pretending to"),
    (Hypothetical, Verb, "would|could|should|might ~ have"),
    (Hypothetical, Verb, "could ~ be a|an|the|part|owned|born|married"),
    (Hypothetical, Verb, "would|could"),
    (Hypothetical, Verb, "may|might"),
    (Planned, Verb, "will|shall"),
    (Planned, Verb, "'|’ ll"),
    (Planned, Verb, "plan|plans|planned|planning to"),
    (
        Planned,
        Verb,
        "intend|intends|intended|intending|intention|hope|hopes|hoped|hoping|aim|aims|aimed|aiming|want|wants|wanted|wish|wishes|wished|seek|seeks|sought|seeking to",
    ),
    (
        Planned,
        Verb,
        "is|are|was|were|be|been ~ set|due|scheduled|expected|slated|planned|supposed|likely|poised|about|going to",
    ),
    (Planned, Verb, "is|are|has|have ~ ~ chosen|picked|selected|tapped|nominated|slated|earmarked|tipped|invited to"),
    (Planned, Verb, "nominate|nominates|nominated|nominating ~ ~ ~ ~ to"),
    (Planned, Clause, "foresees|foresee|envisages|envisage|envisaged|stipulates|stipulate that"),
    (Planned, Noun, "- to - be"),
    (Planned, Verb, "takes|take office ~ as"),
    (Planned, Verb, "expects|expected|expecting to"),
    (
        Planned,
        Verb,
        "dream|dreams|dreamed|dreamt|dreaming|thought|thinks|hope|hopes|ambition|ambitions|wish of ~ being|becoming|founding|buying|marrying|joining|moving",
    ),
    (Planned, Verb, "propose|proposes|proposed|proposing|proposal|proposals to"),
    (Planned, Verb, "propose|proposes|proposed|proposing|proposal|proposals"),
    (
        Planned,
        Verb,
        "agrees|agreed|agreement|offers|offered|offer|promises|promised|vows|vowed|threatens|threatened|attempts|attempted|attempting|tries|tried|trying to",
    ),
    (
        Planned,
        Verb,
        "considers|considered|considering ~ moving|joining|buying|selling|acquiring|becoming|leaving|founding|merging|marrying",
    ),
    (Planned, Verb, "is|are|was|were|be|been ~ offered"),
    (Planned, Verb, "apply|applied|applies|applying to|for"),
    (Planned, Verb, "talks to"),
    (
        Reported,
        Sentence,
        "according to ~ ~ unconfirmed|unverified|some|rumours|rumors|rumour|rumor|legend|legends|tradition|anonymous|gossip|hearsay|folklore|myth",
    ),
    (Reported, Clause, "reportedly|allegedly|supposedly|purportedly"),
    (Reported, Predicate, "possibly|perhaps|presumably|probably|maybe|conceivably|apparently|seemingly"),
    (Reported, Clause, "in all likelihood|probability"),
    (Reported, Verb, "most|very|quite likely"),
    (Reported, Verb, "is|are|was|were|has|had likely ~ born|been|died|founded|built|named|written|married|a|an|the"),
    (Reported, Sentence, "as the ~ story|legend|tale|joke|rumour|rumor|saying|myth goes|has|tells"),
    (Reported, Sentence, "as legend|rumour|rumor|gossip|tradition|folklore goes|has|tells"),
    (Reported, Sentence, "or so the ~ story|legend|tale|joke|rumour|rumor|saying|myth goes|has|says"),
    (Reported, Clause, "they say"),
    (Reported, Clause, "someone|somebody ~ ~ ~ wrote|writes|posted|said|says|told|tells|claimed|claims ~ ~ that"),
    (
        Reported,
        Clause,
        "is|are|was|were|be|been|being ~ said|believed|thought|reported|alleged|claimed|rumoured|rumored|reputed|assumed|speculated to",
    ),
    (
        Reported,
        Clause,
        "is|was|been ~ said|believed|thought|alleged|claimed|rumoured|rumored|speculated|suggested|reported that",
    ),
    (
        Reported,
        Clause,
        "some|many|few|others|people|critics|historians|scholars|sources|legend|legends|tradition ~ ~ claim|claims|claimed|say|says|said|believe|believes|believed|think|thinks|argue|argued|suggest|suggests|speculate|speculated|holds",
    ),
    (
        Reported,
        Clause,
        "prosecutors|prosecution|accusers|plaintiff|plaintiffs|opponents|detractors|gossips|theorists|tabloid|tabloids|insiders|locals|villagers|sources ~ ~ ~ ~ say|says|said|allege|alleges|alleged|claim|claims|claimed|maintain|maintains|maintained|believe|believes|believed|charge|hint|hints|hinted|suspect|suspected|insist|insists|suggest|suggests",
    ),
    (Reported, Clause, "hint|hints|hinted|hinting|insinuate|insinuates|insinuated|whisper|whispers|whispered that"),
    (Reported, Clause, "belief|view|notion|assertion|assumption|impression|hypothesis|conjecture|gossip that"),
    (Reported, Clause, "claim|claims|claimed|claiming|alleges|alleged|alleging|speculates|speculated that"),
    (
        Reported,
        Clause,
        "believe|believes|believed|assumed|assumes|imagined|insisted|insists|suspected|suspects|thought that",
    ),
    (Reported, Clause, "claim|claims|claimed|claiming to"),
    (Reported, Clause, "rumours|rumors|rumour|rumor|speculation|allegations|allegation|suggestions that|of|about"),
    (Reported, Clause, "rumoured|rumored that|to"),
    (Reported, Clause, "legend|rumour|rumor|word|myth|gossip|tradition|folklore|hearsay|story has it"),
    (Reported, Noun, "alleged|supposed|purported|putative|reputed|rumoured|rumored"),
    (Reported, Noun, "so - called"),
    (Reported, Clause, "unconfirmed|unverified ~ reports|report|claims|claim|sources"),
];

/// After `not` and `no` these say that something is so, and more.
pub(super) const NOT_DENYING: &[&str] = &[
    "only",
    "just",
    "merely",
    "simply",
    "solely",
    "least",
    "surprisingly",
    "unlike",
    "far",
    "long",
    "without",
    "until",
    "necessarily",
    "-",
    "fewer",
    "less",
    "more",
    "later",
    "earlier",
    "sooner",
    "doubt",
    "other",
    "disclosed",
    "applicable",
    ".",
    "°",
    "but",
];

/// These deny: what is denied to be denied is so.
pub(super) static DENYING: WordList = WordList::new(
    "conceal concealed conceals contest contested contests denied denies deny denying dispute disputed disputes doubt doubted doubting doubts
     hid hidden hide hides question questioned questions refute refuted secret",
);

/// These deny the one that they govern: `nobody doubts`.
pub(super) static NEGATIVES: WordList =
    WordList::new("beyond cannot few hardly impossible never no nobody none not nothing scarcely t without");

/// What is known, forgotten or a surprise is so, whoever does not know it.
pub(super) static FACTIVE: WordList = WordList::new(
    "accident aware coincidence forget forgets forgot forgotten forgave forgiven know knew known knows mention
     mentioned mentions mind notice noticed realise realised realize realized regret regretted regrets remember
     remembered remembers secret shame strange surprise surprised surprising unaware wonder",
);

/// What is done to somebody wrongly, and is done.
pub(super) static DONE: WordList = WordList::new(
    "arrested convicted deported detained dismissed executed expelled fired hanged imprisoned jailed killed sentenced
     spelled spelt shot",
);

/// Before `will` and `might`: they are nouns.
pub(super) const BEFORE_NOUNS: &[&str] = &[
    "a",
    "the",
    "his",
    "her",
    "their",
    "its",
    "my",
    "our",
    "your",
    "of",
    "in",
    "at",
    "own",
    "last",
    "living",
    "free",
    "good",
    "ill",
    "strong",
    "political",
    "national",
    "s",
    "this",
    "that's",
    "no",
    "with",
    "by",
];

/// Articles and the like: `to` before them is of a place or a person, not of a plan.
pub(super) const ARTICLES: &[&str] = &["the", "a", "an", "his", "her", "their", "its"];

/// A new clause begins: what a verb says does not go on.
pub(super) const CLAUSES: &[&str] = &[
    "but", "although", "though", "whereas", "because", "however", "except", "until", "till", "while", "when", "after",
    "before", "since", "where", "whose", "which", "who", "whom", "if", "despite", "yet",
];
