//! Words that take back what a sentence says. In: nothing. Out: a table. Never: a scope; that is found in `factuality.rs`.
//!
//! A pattern is words with spaces between them: `a|b` is either, `~` is any word or none.

use kgloom_record::record::Factuality::{self, Asked, Denied, Hypothetical, Planned, Reported};

/// What a cue takes into its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// What its verb says: up to the next clause.
    Verb,
    /// A clause with all that belongs to it: an inserted phrase is passed over, and what `and` adds is taken too.
    Clause,
    /// The whole sentence.
    Sentence,
}

use Takes::{Clause, Sentence, Verb};

/// The cues; of two that begin at one word, the one that comes first here.
pub(super) const CUES: &[(Factuality, Takes, &str)] = &[
    (Denied, Clause, "not|t ~ true|correct that"),
    (Denied, Clause, "not|t ~ the case that"),
    (Denied, Clause, "false|untrue that"),
    (Denied, Clause, "no ~ evidence|truth|proof|indication|basis that|for|of|in"),
    (Denied, Clause, "myth|hoax|misconception|falsehood that"),
    (Denied, Clause, "denied|denies|deny|denying that|having|being|ever"),
    (
        Denied,
        Clause,
        "denied|denies|deny|denying ~ claims|claim|reports|report|rumours|rumors|rumour|rumor|allegations|suggestions",
    ),
    (
        Denied,
        Clause,
        "refuted|debunked|dismissed|disproved|disproven|rejected ~ claims|claim|reports|report|rumours|rumors|rumour|rumor|allegations|suggestions",
    ),
    (
        Denied,
        Clause,
        "falsely|wrongly|mistakenly|erroneously|incorrectly ~ claimed|claims|claim|believed|reported|attributed|said|stated|called|thought|identified|listed|credited",
    ),
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
    (Denied, Verb, "instead of"),
    (Denied, Verb, "rather than"),
    (Asked, Clause, "whether"),
    (Asked, Clause, "asked|asks|ask|asking|wondered|wonders|wonder|unclear|unknown ~ if"),
    (Hypothetical, Clause, "if|unless|suppose|supposing"),
    (Hypothetical, Clause, "imagine|imagines|imagined|imagining"),
    (Hypothetical, Clause, "assuming|pretend|pretends|pretended|dreams|dreamed|dreamt|wishes|wished that"),
    (Hypothetical, Clause, "pretend|pretends|pretended|pretending to"),
    (Hypothetical, Verb, "would|could|should|might ~ have"),
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
        "according to ~ unconfirmed|unverified|some|rumours|rumors|legend|legends|tradition|anonymous",
    ),
    (Reported, Clause, "reportedly|allegedly|supposedly|purportedly"),
    (Reported, Verb, "possibly|perhaps|presumably|probably"),
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
    (Reported, Clause, "claim|claims|claimed|claiming|alleges|alleged|alleging|speculates|speculated that"),
    (
        Reported,
        Clause,
        "believe|believes|believed|assumed|assumes|imagined|insisted|insists|suspected|suspects|thought that",
    ),
    (Reported, Clause, "claim|claims|claimed|claiming to"),
    (Reported, Clause, "rumours|rumors|rumour|rumor|speculation|allegations|allegation|suggestions that|of|about"),
    (Reported, Clause, "rumoured|rumored that|to"),
    (Reported, Clause, "legend|rumour|rumor|word has it"),
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
    ".",
    "°",
    "but",
];

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
