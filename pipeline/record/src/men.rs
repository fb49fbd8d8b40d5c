//! First names that men alone bear, so that a wife who is called by her husband's name is not taken for him. In: a name as it is
//! compared. Out: whether a man's. Never: a name that women bear too, in whatever language ("Andrea", "Jean", "Robin", "Simone").

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Names that are common where English, German, the Nordic, the Romance and the Slavic languages are spoken, or Arabic is.
const MEN: &str = "
    aaron abdullah abraham adam adolf adrian ahmed alan albert alberto alec aleksander aleksandr alessandro alexander
    alexandre alexei alfonso alfred alfredo allan allen alonzo alvin ambrose anders andreas andrei andrew andré andy angelo
    anton antonio antónio archibald armand arne arnold arthur arturo arvid asger august auguste axel barry bartholomew basil
    benedict bengt benjamin bernard bernhard bertil bertram birger bjarne björn bjørn boris brad bradley brian bruce bruno
    burt caesar carl carlo carlos carsten casper cecil cedric cesare chad charles chester christopher clarence claus clement
    clifford clive conrad constantine cornelius craig cuthbert cyril daniel david dean denis dennis derek desmond diego dieter
    dietrich dimitri dirk dmitri dominic donald douglas duncan dwight earl ebenezer edgar edmund eduard eduardo edvard edward
    edwin einar eino elias elmer emanuel emil emilio enrico enrique erich erik ernest ernst erwin esteban eugene ezra fabian
    felipe felix ferdinand fernando filip fitzgerald floyd francesco francisco franco frank franklin franz françois fred
    frederic frederick fredrik friedrich fritz gareth gaston gavin geoffrey georg george georges gerald gerard gerhard gilbert
    giles giorgio giovanni giuseppe gordon graham greg gregory grover guido guillermo gunnar gunther gustaf gustav guy gösta
    haakon hakon halvard halvor hamid hannes hannibal hans harald harold harry harvey hassan hector heinrich heinz helge
    helmut henning henri henrik henry herbert herman hermann hieronymus hjalmar horace horatio howard hubert hugh hugo
    humphrey hussein håkon ian ibrahim ignatius igor ingemar ingmar ingvar isaac isak ivan ivar jack jacob jacques jake jakob
    james jason javier jeffrey jens jeremiah jeremy jerome jesper joachim joaquin joel johan johann johannes john jonas
    jonathan jorge josef joseph joshua josé joão juan jukka julius jørgen jürgen kaare karel karl kasper kenneth kevin kjell
    klaus knud knut konrad konstantin kristian kristoffer kurt kåre lars laurids lauritz lawrence leif lennart leo leon
    leonard leonardo leopold leroy leszek lloyd lorenzo louis ludvig ludwig luigi luis luke lyndon magnus malcolm manfred
    manuel marcel marcello marco marcus mariano mario mark markus martin mathias mats matteo matthew matthias maurice
    maximilian melvin michael michel miguel mikael mikhail mikkel miles milton mogens mohamed mohammed moritz morten mortimer
    moses muhammad mustafa napoleon nathan nathaniel neil neville nicholas nicolas nicolò niels nigel nikolai nikolaus nils
    norbert norman odd olaf olav ole oleg oliver olof oluf omar orville oscar oskar osman oswald otto ove owen pablo paolo
    patrick paul pavel peder pedro pekka per percy peter petter philip philippe pierre pieter pietro piotr poul preben rafael
    raffaele ragnar rainer ralph ramón raoul rasmus raymond reginald reinhard reinhold ricardo richard robert roberto roderick
    rodney rodrigo roger roland rolf roman ronald rory ross roy rudolf rudolph rufus rune rupert russell salvador salvatore
    samuel scott sean sebastian serge sergei sergio seymour sidney siegfried sigmund sigurd silas simon solomon stanislaw
    stanley stefan steffen sten stephen steven stig stuart sture svein sven svend sverre søren taavi tadeusz tage terence
    thaddeus theodor theodore thomas thor thorbjørn thorvald tim timothy tobias tom tomas tor tord tore torsten trevor trygve
    tycho ulf ulrich ulysses urban uwe valdemar valentin vasily victor vidar viggo viktor vilhelm vincent vincenzo vittorio
    vladimir václav wallace walter warren werner wilbur wilfred wilhelm willem william winston winthrop wladyslaw wolfgang
    yngve yuri yusuf zachary åge åke øystein øyvind
";

/// Whether a word is a man's first name, and no woman's.
pub(crate) fn is_a_mans(word: &str) -> bool {
    static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| MEN.split_whitespace().collect());
    NAMES.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_women_bear_too_is_not_among_them() {
        for word in [
            "ada", "andrea", "carol", "claude", "eve", "jean", "jocelyn", "kim", "leslie", "marion", "robin", "sasha",
            "simone",
        ] {
            assert!(!is_a_mans(word), "{word}");
        }
        let words: Vec<&str> = MEN.split_whitespace().collect();
        assert_eq!(words.len(), words.iter().collect::<BTreeSet<_>>().len(), "each once");
    }
}
