//! Under which of kgloom's classes one stands by what it is called: a class of persons, dates or amounts. In: its label and
//! comment. Out: the end of the class's IRI, or not known. Never: Person for what firms are too, such as owners and suppliers.

/// Nouns of persons whose ends do not tell so, or that end as things do.
const PERSONS: &str = "
    person human somebody someone anyone man woman child boy girl baby adult teenager people
    player driver founder carpenter actor author editor creator doctor
    judge coach chef cook captain pilot guide nurse clerk critic mechanic expert scholar student pupil athlete poet priest monk
    nun saint pope cardinal deacon rabbi imam vicar abbot abbess prince princess duke duchess earl baron baroness count countess
    emperor empress monarch knave hero heroine soldier general colonel sergeant lieutenant corporal admiral officer detective
    attorney architect accountant consultant assistant apprentice graduate alumnus alumna veteran citizen resident inhabitant
    native immigrant migrant peasant servant slave merchant secretary deputy delegate mayor president chancellor ambassador
    diplomat envoy journalist star celebrity candidate inmate prisoner convict victim witness suspect patient guest host hostess
    tourist friend colleague relative parent mother father sister brother daughter son aunt uncle cousin nephew niece wife
    husband widow widower spouse fiance bride groom ancestor descendant heir elder user cyclist chemist dentist
    employee trainee trustee referee refugee attendee nominee mentee appointee assignee interviewee honoree escapee internee
    historian guardian comedian civilian tragedian librarian veterinarian parliamentarian theologian custodian thespian
    grammarian antiquarian actress waitress stewardess poetess sculptress seamstress goddess
    virtuoso soprano alto maestro musician virologist chaplain sheriff shepherd shaman samurai geisha tsar sultan
    philosopher astronaut cosmonaut entrepreneur connoisseur amateur chauffeur masseur raconteur saboteur ombudsman
    cartoonist pianist florist protagonist antagonist
";

/// Nouns and other words that end as those of persons do and are none, or are firms, bodies and devices as often.
const NOT_PERSONS: &str = "
    adapter adder after alder alter amber amplifier anger another answer antler banger banister banner banter barrier
    batter beaker beaver bitter bladder blazer blender blister blunder blur boiler bolster bomber booster border boulder
    breaker broiler buffer bumper bunker burger burner butter buzzer caliber camber cancer canister canter carrier
    caterpillar cedar cellar center chamber character charger charter chapter cheddar chipper chopper cider cinder cipher
    cleaver clipper cloister clover cluster coaster coffer collider colander comforter computer condenser conifer consider
    container controller converter cooler copper corner counter courier cover cracker crater creeper crossover cruiser
    cucumber cursor cutter cylinder dagger danger december decoder deer defer deliver destroyer differ dimmer dinner
    disaster disorder dispenser divider dossier drawer dresser drier dryer duster easter either elixir ember enamour encoder
    encounter enter error ether ever extinguisher falter feather feeder fender ferrier fever fiber fighter filler filter
    finder finger fighter flicker flipper float flower flutter flyer fodder folder footer former foyer freezer freighter
    frontier further gather gender geyser ginger girder glacier glider goiter gopher grader grater grasshopper grinder
    gutter halter hammer hamster hanger hangar heater header helicopter heather higher holder hopper hover hunger icebreaker
    identifier importer inner inverter jumper junker kingfisher ladder lander larder laser later larger latter launcher
    lavender layer leather ledger letter lever lighter liner liquor litter liver loader lobster locker lower lumber
    luster madder manner marker matter member merger meter minor mister mixer molder monster morder mortar muster never
    newsletter november number october offer older opener orbiter order other otter outer over oyster pager panther
    paper parameter pepper perimeter pier pincer pitcher planter plaster platter plover plunger pointer poker popper polder
    polymer porter poster powder power prayer prefer primer printer propeller quaker quarter rather razor reader receiver recorder
    refer refrigerator register reminder remainder remember render repeater retriever ripper river rocker roller rooster roster
    rover rubber rudder ruler rumour sander saucer saver scanner scatter scooter scraper screwdriver semester september
    server setter sewer shatter shelter shower shredder shutter shuttle silver sinker sitter skewer skimmer slicer slider
    slipper smaller smother soccer solver spacer spanner speaker spider spinner splitter stapler starter steamer sticker stinger
    stopper stroller suffer sugar summer supper surrender sweater sweeper synthesizer tanker taper temper tender terrier
    theater thermometer thunder tier tiger timber timer tinder toaster together toner tower tracker trailer transceiver
    transfer transformer transmitter transponder trawler trigger tuber tuner twister under upper usher utter viper voucher
    wafer wager wallpaper wander warbler washer water weather whether whisker winter wiper wonder woodpecker wrapper
    younger greater earlier zipper cadaver lawnmower bulldozer dishwasher fertilizer sanitizer stabilizer sequencer modifier
    classifier quantifier multiplier qualifier thriller bestseller blockbuster teaser trailer sampler
    agent owner supplier provider manufacturer producer publisher employer retailer wholesaler dealer developer distributor
    importer exporter broadcaster insurer lender borrower buyer purchaser seller customer consumer shareholder stakeholder
    maker builder grower brewer distiller bottler shipper sponsor vendor contractor subcontractor competitor operator
    investor donor creditor debtor regulator administrator predecessor successor precursor winner loser contender challenger
    partner carrier issuer licensor licensee lessor lessee payer payee charterer affiliate
    accelerator accumulator actuator aggregator alligator alternator anchor arbor armor behavior calculator capacitor
    carburetor collector color comparator compressor condor connector conveyor corridor decor denominator descriptor detector
    door elevator equator escalator estimator evaporator exterior factor favor flavor floor generator harbor honor horror humor
    incubator indicator inductor inferior ejector injector insulator interior iterator junior labor locator major manor
    meteor mirror monitor moor motor numerator odor oscillator parlor poor predator prior processor projector radiator
    raptor reactor receptor reflector refrigerator reservoir resistor rotor rumor savior sector semiconductor senior sensor
    separator simulator splendor stator stupor sulfur superconductor superior tensor terminator terror thyristor tractor transistor
    tremor tumor vapor vector ventilator vigor visor multivibrator vibrator conductor actuator thermistor
    assist blacklist checklist consist cyst enlist exist fist gist heist insist list mist persist playlist resist schist
    shortlist setlist tracklist twist waist watchlist whitelist wishlist wordlist wrist
    roman german ottoman norman talisman caiman doberman
";

/// Ends of compounds that are never persons: thermometers, watchtowers, newspapers.
const TAILS: [&str; 14] = [
    "meter", "water", "paper", "flower", "tower", "letter", "quarter", "power", "center", "shelter", "weather",
    "copter", "finder", "tracker",
];

/// Ends of nouns of persons: a beekeeper, sailor, botanist, politician, chairman.
const ENDS: [&str; 7] = ["er", "or", "ist", "ician", "man", "woman", "person"];

/// Nouns of what is no person, whatever it is called: a vet's patient is an animal, a driver may be a program.
const THINGS: [&str; 47] = [
    "animal",
    "app",
    "application",
    "bird",
    "boat",
    "body",
    "building",
    "business",
    "car",
    "cat",
    "company",
    "component",
    "computer",
    "cow",
    "creature",
    "device",
    "document",
    "dog",
    "equipment",
    "file",
    "firm",
    "fish",
    "horse",
    "instrument",
    "library",
    "machine",
    "mammal",
    "module",
    "object",
    "organisation",
    "organization",
    "part",
    "pet",
    "place",
    "plant",
    "process",
    "product",
    "program",
    "programme",
    "server",
    "service",
    "ship",
    "software",
    "species",
    "system",
    "tool",
    "vehicle",
];

/// What ends the noun that a text begins with.
const STOPS: [&str; 48] = [
    "of", "in", "for", "at", "on", "with", "by", "to", "from", "into", "over", "under", "between", "among", "during",
    "after", "before", "against", "without", "within", "who", "whom", "whose", "that", "which", "where", "when",
    "while", "whether", "i", "we", "you", "it", "they", "our", "as", "than", "is", "are", "was", "were", "has", "have",
    "had", "can", "may", "will", "must",
];

/// Words before a noun.
const ARTICLES: [&str; 8] = ["a", "an", "the", "any", "each", "every", "one", "some"];

/// Nouns of dates and of amounts.
const TIMES: [&str; 7] = ["date", "datetime", "timespan", "year", "decade", "century", "timestamp"];
const QUANTITIES: [&str; 8] =
    ["quantity", "amount", "price", "percentage", "weight", "length", "height", "temperature"];

/// The class of kgloom's that a class stands under by what it is called.
pub(crate) fn parent(label: &str, comment: &str) -> Option<&'static str> {
    let words = words(label);
    let noun = head(&words).unwrap_or_default();
    if TIMES.contains(&noun) {
        Some("Time")
    } else if QUANTITIES.contains(&noun) {
        Some("Quantity")
    } else {
        are_persons(label, comment).then_some("Person")
    }
}

/// Whether the label's noun, or else the comment's, is one of persons: "chess player", "Somebody who keeps bees."
fn are_persons(label: &str, comment: &str) -> bool {
    let label = words(label);
    let Some(noun) = head(&label) else { return false };
    let singular = noun.strip_suffix('s').unwrap_or(noun);
    let sentence = comment.split(['.', ',', ';', ':', '(', '\n']).next().unwrap_or_default();
    let comment = words(sentence);
    if is_one(noun) || is_one(singular) {
        let said = comment.first().filter(|first| ARTICLES.contains(&first.as_str())).and_then(|_| head(&comment));
        return !said.is_some_and(|noun| THINGS.contains(&noun));
    }
    let none = is_none(noun) || is_none(singular);
    // What a comment begins with is told from a verb by its article.
    let begins = comment.first().is_some_and(|first| {
        ARTICLES.contains(&first.as_str()) || matches!(first.as_str(), "somebody" | "someone" | "anyone")
    });
    !none && begins && head(&comment).is_some_and(is_one)
}

/// The last word of the noun that words begin with; none where they name two.
fn head(words: &[String]) -> Option<&str> {
    let start = usize::from(words.first().is_some_and(|first| ARTICLES.contains(&first.as_str())));
    let stop = |word: &String| STOPS.contains(&word.as_str()) || ARTICLES.contains(&word.as_str());
    let end = words.iter().skip(start).position(stop).map_or(words.len(), |stop| start + stop);
    let noun = &words[start..end];
    let several = noun.iter().any(|word| matches!(word.as_str(), "or" | "and"));
    noun.last().filter(|_| !several).map(String::as_str)
}

/// Words in lower case; `chessPlayer` and `chess_player` are two.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut lower = false;
    for sign in text.chars() {
        if sign.is_uppercase() && lower {
            spaced.push(' ');
        }
        lower = sign.is_lowercase();
        spaced.extend(if sign.is_alphanumeric() || "'’-".contains(sign) { sign } else { ' ' }.to_lowercase());
        if sign == '/' {
            spaced.push_str(" or ");
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

fn is_one(word: &str) -> bool {
    let word = word.rsplit('-').next().unwrap_or(word);
    let known = PERSONS.split_ascii_whitespace().any(|person| person == word);
    let ends = |end: &str| word.strip_suffix(end).is_some_and(|stem| stem.len() >= 3);
    known || (ENDS.into_iter().any(ends) && !is_none(word))
}

fn is_none(word: &str) -> bool {
    NOT_PERSONS.split_ascii_whitespace().any(|none| none == word) || TAILS.iter().any(|tail| word.ends_with(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_of_persons_is_told_by_its_end_or_from_the_list() {
        let persons = [
            "Chess Player",
            "chessPlayer",
            "beekeeper",
            "Winemaker",
            "mountaineer",
            "theatre artist",
            "Judge",
            "teachers",
            "head_teacher",
            "Historian",
            "trainee",
            "Chairwoman",
            "member of parliament or player",
            "Composer of operas",
            "botanist",
            "politician",
            "sailor",
            "sales person",
            "Lighthouse keeper",
            "singer-songwriter",
        ];
        for label in persons.iter().filter(|label| !label.contains(" or ")) {
            assert!(are_persons(label, ""), "{label}");
        }
        assert!(!are_persons(persons[12], ""));
    }

    #[test]
    fn a_comment_that_says_what_else_it_is_overrules_the_label() {
        assert!(!are_persons("patient", "an animal we (or another practice) look after"));
        assert!(!are_persons("Driver", "A program that talks to a device."));
        assert!(are_persons("patient", "A man, woman or child in the ward."));
        assert!(are_persons("driver", "A member of staff who drives."));
        assert!(are_persons("driver", "Animals are no drivers."));
    }

    #[test]
    fn things_and_what_firms_are_too_are_left_alone() {
        let others = [
            "Tower",
            "computer",
            "temperature sensor",
            "nuclear reactor",
            "checklist",
            "river",
            "watchtower",
            "barometer",
            "newspaper",
            "satellite operator",
            "wine producer",
            "Owner",
            "club member",
            "court case",
            "Winery",
            "Tree",
            "committee",
            "Roman",
            "Agent",
            "player name",
            "team of players",
            "Player or club",
            "list of players",
            "Werk",
            "",
            "launch vehicle",
            "Order",
            "Chapter",
            "motor",
            "telescope",
            "supplier",
            "Semester",
            "Player/Team",
        ];
        for label in others {
            assert!(!are_persons(label, ""), "{label}");
        }
    }

    #[test]
    fn dates_and_amounts_are_called_so() {
        assert_eq!(parent("releaseDate", ""), Some("Time"));
        assert_eq!(parent("Century", ""), Some("Time"));
        assert_eq!(parent("Price", ""), Some("Quantity"));
        assert_eq!(parent("Player", ""), Some("Person"));
        for other in ["Price list", "Date palm", "Era", "Number", "Feast day"] {
            assert_eq!(parent(other, ""), None, "{other}");
        }
    }

    #[test]
    fn a_comment_tells_where_the_label_does_not() {
        assert!(are_persons("Apiarist1", "A person who keeps bees."));
        assert!(are_persons("Regular", "Somebody who plays every week."));
        assert!(are_persons("Prop", "A rugby player."));
        assert!(!are_persons("Prop", "A person or firm that trades."));
        assert!(!are_persons("Cup", "The trophy of a winner."));
        assert!(!are_persons("Roll", "A table listing each player."));
        assert!(!are_persons("Match", "Played by a player."));
        assert!(!are_persons("Tower", "A person who stands tall."));
    }
}
