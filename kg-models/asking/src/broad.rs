//! Nouns of broad kinds. In: nothing. Out: lists. Never: a kind that an ontology has of its own.

/// Kinds that hardly say more than "thing".
pub(crate) const BROAD: [(&str, &str); 22] = [
    ("person", "Person"),
    ("human", "Person"),
    ("somebody", "Person"),
    ("someone", "Person"),
    ("anybody", "Person"),
    ("anyone", "Person"),
    ("place", "Location"),
    ("location", "Location"),
    ("organization", "Organization"),
    ("body", "Organization"),
    ("institution", "Organization"),
    ("thing", ""),
    ("something", ""),
    ("anything", ""),
    ("one", ""),
    ("those", ""),
    ("everything", ""),
    ("everyone", "Person"),
    ("everybody", "Person"),
    ("entity", ""),
    ("name", ""),
    ("folk", "Person"),
];

/// Kinds of places that whoever asks where somebody was born may name.
pub(crate) const SETTLEMENTS: [&str; 10] =
    ["city", "town", "village", "place", "location", "settlement", "municipality", "area", "part", "spot"];

/// Kinds of bodies that whoever asks who made or owns something may name.
pub(crate) const BODIES: [&str; 8] =
    ["company", "firm", "organization", "business", "corporation", "institution", "body", "group"];

/// Kinds of works that whoever asks what another is made from may name.
pub(crate) const WORKS: [&str; 9] = ["book", "novel", "film", "movie", "play", "story", "song", "work", "series"];

/// Kinds that no relation tells, but that people name: what stands beside a name, or is asked for.
pub(crate) const KINDS: [&str; 44] = [
    "man",
    "woman",
    "river",
    "mountain",
    "lake",
    "sea",
    "island",
    "city",
    "town",
    "village",
    "country",
    "state",
    "province",
    "street",
    "bridge",
    "dam",
    "airport",
    "station",
    "museum",
    "hospital",
    "church",
    "bank",
    "airline",
    "newspaper",
    "university",
    "college",
    "school",
    "company",
    "club",
    "band",
    "party",
    "team",
    "book",
    "novel",
    "film",
    "movie",
    "song",
    "album",
    "opera",
    "battle",
    "war",
    "treaty",
    "festival",
    "prize",
];
