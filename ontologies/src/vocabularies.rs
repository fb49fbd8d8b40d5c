//! Classes of well-known vocabularies, by what they are to kgloom. In: the IRI of a class, or of anything. Out: the classes
//! that it stands for, or that its vocabulary is one of other people. Never: a file of theirs, or a class of one's own.
//!
//! To teach another class, add the end of its IRI to a line of its vocabulary in [`CLASSES`]; to teach a vocabulary, add a
//! line with where its names begin. A class stands for the narrowest of kgloom's that all its members are of.

use crate::Iri;
use crate::predicate::{KGLOOM, OWL, RDF, RDFS, SCHEMA, SKOS, XSD};

/// Where the names of a vocabulary begin; what of kgloom's its classes stand for; how these end. `Thing` is any thing,
/// `Any` a value that may be any text.
const CLASSES: [(&str, &str, &str); 59] = [
    (XSD, "Time", "date dateTime dateTimeStamp time gYear gYearMonth gMonth gMonthDay gDay"),
    (
        XSD,
        "Any",
        "string normalizedString token language anyURI boolean Name NCName QName NMTOKEN ID hexBinary base64Binary",
    ),
    (RDF, "Any", "langString dirLangString PlainLiteral HTML XMLLiteral JSON"),
    (RDF, "Thing", "List Bag Seq Alt Statement"),
    (RDFS, "Any", "Literal Resource"),
    (RDFS, "Thing", "Container Class"),
    (OWL, "Any", "Thing"),
    (FOAF, "Person", "Person"),
    (FOAF, "Organization", "Organization Group"),
    (FOAF, "Person Organization", "Agent"),
    (FOAF, "Miscellaneous", "Document Image Project PersonalProfileDocument OnlineAccount"),
    (SCHEMA[0], "Person", "Person Patient"),
    (
        SCHEMA[0],
        "Organization",
        "Organization Corporation NGO LocalBusiness EducationalOrganization School CollegeOrUniversity HighSchool \
         ElementarySchool GovernmentOrganization PerformingGroup MusicGroup TheaterGroup DanceGroup SportsOrganization \
         SportsTeam SportsClub NewsMediaOrganization MedicalOrganization Hospital Airline PoliticalParty ResearchOrganization \
         WorkersUnion Library Restaurant Hotel Store Brewery Winery FundingAgency LibrarySystem Consortium",
    ),
    (
        SCHEMA[0],
        "Location",
        "Place AdministrativeArea City Country State Landform Mountain BodyOfWater RiverBodyOfWater LakeBodyOfWater \
         OceanBodyOfWater Continent Volcano CivicStructure LandmarksOrHistoricalBuildings TouristAttraction Airport Museum \
         StadiumOrArena Park Residence House Accommodation PostalAddress GeoCoordinates GeoShape Church PlaceOfWorship Bridge",
    ),
    (
        SCHEMA[0],
        "Miscellaneous",
        "CreativeWork Book Movie TVSeries TVEpisode Article NewsArticle ScholarlyArticle MusicRecording MusicAlbum \
         MusicComposition Painting Sculpture VisualArtwork Photograph Play Game VideoGame SoftwareApplication \
         SoftwareSourceCode MobileApplication WebApplication WebSite WebPage Dataset Course Review Recipe Legislation Periodical \
         Newspaper Map Event SportsEvent MusicEvent TheaterEvent Festival BusinessEvent EducationEvent ExhibitionEvent Product \
         ProductModel IndividualProduct Vehicle Car Brand Service Offer Language ComputerLanguage Occupation Taxon Drug \
         MedicalCondition Gene Protein MolecularEntity ChemicalSubstance EducationalOccupationalCredential MediaObject ImageObject",
    ),
    (SCHEMA[0], "Time", "Date DateTime Time Schedule"),
    (
        SCHEMA[0],
        "Quantity",
        "Number Integer Float Quantity QuantitativeValue MonetaryAmount Distance Duration Energy Mass",
    ),
    (SCHEMA[0], "Any", "Text URL Boolean XPathType CssSelectorType PronounceableText DataType"),
    (SCHEMA[0], "Thing", "Thing Intangible Enumeration DefinedTerm StructuredValue Action Role"),
    (
        DBO,
        "Person",
        "Person Artist Athlete Politician Writer Scientist Actor MusicalArtist Royalty Cleric Monarch Philosopher \
         OfficeHolder SoccerPlayer Judge Architect Journalist Noble Painter MilitaryPerson FictionalCharacter",
    ),
    (
        DBO,
        "Organization",
        "Organisation Company University School EducationalInstitution PoliticalParty SportsTeam SoccerClub Band Group \
         Airline Broadcaster GovernmentAgency Non-ProfitOrganisation MilitaryUnit RecordLabel Publisher Legislature TradeUnion",
    ),
    (DBO, "Person Organization", "Agent"),
    (
        DBO,
        "Location",
        "Place Location PopulatedPlace Settlement City Town Village Country Region AdministrativeRegion Building \
         ArchitecturalStructure NaturalPlace BodyOfWater River Lake Mountain MountainRange Island Airport Stadium Museum \
         Park ProtectedArea Bridge Road Castle HistoricPlace WorldHeritageSite Volcano Continent Sea Station",
    ),
    (
        DBO,
        "Miscellaneous",
        "Work WrittenWork Book Film TelevisionShow MusicalWork Album Song Single Artwork Painting Sculpture Play Newspaper \
         Magazine Software VideoGame Website Event SportsEvent MilitaryConflict Election Species Plant Animal Language Award \
         Disease Drug ChemicalSubstance Device Ship Aircraft Automobile Food Beverage MeanOfTransportation EthnicGroup Satellite",
    ),
    (DBO, "Time", "TimePeriod Year Holiday"),
    (DCTERMS, "Person Organization", "Agent AgentClass"),
    (DCTERMS, "Location", "Location"),
    (DCTERMS, "Person Organization Location", "LocationPeriodOrJurisdiction Jurisdiction"),
    (DCTERMS, "Time", "PeriodOfTime W3CDTF Period"),
    (DCTERMS, "Quantity", "SizeOrDuration"),
    (
        DCTERMS,
        "Miscellaneous",
        "LinguisticSystem LicenseDocument BibliographicResource RightsStatement Policy Standard",
    ),
    (DCTERMS, "Any", "URI"),
    (
        DCMITYPE,
        "Miscellaneous",
        "Collection Dataset Event Image MovingImage StillImage Software Sound Text Service InteractiveResource",
    ),
    (DCMITYPE, "Thing", "PhysicalObject"),
    (ORG, "Organization", "Organization FormalOrganization OrganizationalUnit OrganizationalCollaboration"),
    (ORG, "Location", "Site"),
    (ORG, "Thing", "Role Post Membership ChangeEvent"),
    (SKOS, "Thing", "Concept ConceptScheme Collection OrderedCollection"),
    (GEO, "Location", "SpatialThing Point"),
    (GEOSPARQL, "Location", "Feature Geometry SpatialObject"),
    (GEOSPARQL, "Any", "wktLiteral gmlLiteral"),
    (PROV, "Person", "Person"),
    (PROV, "Organization", "Organization"),
    (PROV, "Person Organization Miscellaneous", "Agent"),
    (PROV, "Miscellaneous", "SoftwareAgent Activity Plan Bundle"),
    (PROV, "Location", "Location"),
    (PROV, "Thing", "Entity Collection"),
    (VCARD, "Person", "Individual"),
    (VCARD, "Organization", "Organization Group"),
    (VCARD, "Location", "Address Location"),
    (VCARD, "Thing", "Kind VCard"),
    (TIME, "Time", "TemporalEntity Instant Interval ProperInterval DateTimeInterval DateTimeDescription"),
    (TIME, "Quantity", "Duration TemporalDuration"),
    (BIBO, "Miscellaneous", "Document Book Article Journal Thesis Report Collection Periodical"),
    (WIKIDATA, "Person", "Q5 Q215627 Q95074"),
    (
        WIKIDATA,
        "Organization",
        "Q43229 Q4830453 Q783794 Q6881511 Q3918 Q2385804 Q3914 Q7278 Q476028 Q215380 Q33506 Q163740 Q327333 Q16334295",
    ),
    (
        WIKIDATA,
        "Location",
        "Q6256 Q3624078 Q515 Q486972 Q532 Q3957 Q2221906 Q17334923 Q618123 Q56061 Q41176 Q4022 Q8502 Q23397 Q23442 Q82794 Q5107",
    ),
    (
        WIKIDATA,
        "Miscellaneous",
        "Q17537576 Q838948 Q571 Q7725634 Q47461344 Q11424 Q5398426 Q482994 Q7366 Q3305213 Q7397 Q7889 Q1656682 Q2424752 \
         Q16521 Q34770 Q618779 Q13442814",
    ),
    (WIKIDATA, "Thing", "Q35120 Q488383 Q223557"),
];

/// Vocabularies that have no class in the table, or whose names begin as those of others do.
const OTHERS: [&str; 12] = [
    "http://purl.org/dc/elements/1.1/",
    "http://www.w3.org/2004/02/skos/",
    "http://www.w3.org/2008/05/skos-xl#",
    "http://purl.org/vocab/",
    "http://purl.obolibrary.org/obo/",
    "http://www.ontologydesignpatterns.org/",
    "http://www.wikidata.org/",
    "http://dbpedia.org/",
    "https://dbpedia.org/",
    "http://www.w3.org/",
    "https://www.w3.org/",
    "https://www.wikidata.org/",
];

const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const DBO: &str = "http://dbpedia.org/ontology/";
const DCTERMS: &str = "http://purl.org/dc/terms/";
const DCMITYPE: &str = "http://purl.org/dc/dcmitype/";
const ORG: &str = "http://www.w3.org/ns/org#";
const GEO: &str = "http://www.w3.org/2003/01/geo/wgs84_pos#";
const GEOSPARQL: &str = "http://www.opengis.net/ont/geosparql#";
const PROV: &str = "http://www.w3.org/ns/prov#";
const VCARD: &str = "http://www.w3.org/2006/vcard/ns#";
const TIME: &str = "http://www.w3.org/2006/time#";
const BIBO: &str = "http://purl.org/ontology/bibo/";
const WIKIDATA: &str = "http://www.wikidata.org/entity/";
/// What DBpedia measures in, such as `kilometre`.
const UNITS: &str = "http://dbpedia.org/datatype/";

/// What a class of somebody else's is to kgloom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Times or quantities.
    Value(Iri),
    /// What is of one of these classes.
    Things(Vec<Iri>),
    /// Any thing.
    Thing,
    /// Anything, a text too.
    Anything,
}

/// What a class of a known vocabulary is; none of what the table does not have.
pub(crate) fn meaning(class: &str) -> Option<Meaning> {
    let class = with_http(class);
    let named = CLASSES.iter().find(|(start, _, ends)| {
        class.strip_prefix(start).is_some_and(|end| ends.split_ascii_whitespace().any(|known| known == end))
    });
    let Some((_, stands, _)) = named else {
        // What XML Schema has besides are numbers and spans of time.
        let measured = class.starts_with(XSD) || class.starts_with(UNITS);
        return measured.then(|| Meaning::Value(kgloom("Quantity")));
    };
    Some(match *stands {
        "Any" => Meaning::Anything,
        "Thing" => Meaning::Thing,
        "Time" | "Quantity" => Meaning::Value(kgloom(stands)),
        several => Meaning::Things(several.split(' ').map(kgloom).collect()),
    })
}

/// Whether a name is of a vocabulary of other people, so that no file of one's own need declare it.
pub(crate) fn is_known(name: &str) -> bool {
    let name = with_http(name);
    CLASSES.iter().map(|(start, _, _)| start).chain(&OTHERS).any(|start| name.starts_with(start))
}

/// schema.org is written both ways.
fn with_http(name: &str) -> std::borrow::Cow<'_, str> {
    match name.strip_prefix(SCHEMA[1]) {
        Some(end) => format!("{}{end}", SCHEMA[0]).into(),
        None => name.into(),
    }
}

fn kgloom(name: &str) -> Iri {
    Iri::new(format!("{KGLOOM}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_a_known_vocabulary_is_what_its_members_are() {
        let check = |class: &str, expected: &str| {
            let said = match meaning(class) {
                None => "unknown".to_owned(),
                Some(Meaning::Anything) => "anything".to_owned(),
                Some(Meaning::Thing) => "a thing".to_owned(),
                Some(Meaning::Value(class)) => class.as_str().replace(KGLOOM, ""),
                Some(Meaning::Things(classes)) => {
                    classes.iter().map(|class| class.as_str().replace(KGLOOM, "")).collect::<Vec<_>>().join(" ")
                }
            };
            assert_eq!(said, expected, "{class}");
        };
        check("http://xmlns.com/foaf/0.1/Person", "Person");
        check("http://xmlns.com/foaf/0.1/Agent", "Person Organization");
        check("http://schema.org/Organization", "Organization");
        check("https://schema.org/City", "Location");
        check("https://schema.org/Text", "anything");
        check("http://schema.org/DateTime", "Time");
        check("http://schema.org/Integer", "Quantity");
        check("http://dbpedia.org/ontology/Organisation", "Organization");
        check("http://dbpedia.org/datatype/kilometre", "Quantity");
        check("http://www.w3.org/2004/02/skos/core#Concept", "a thing");
        check("http://www.w3.org/2003/01/geo/wgs84_pos#SpatialThing", "Location");
        check("http://www.wikidata.org/entity/Q5", "Person");
        check("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "anything");
        check("http://www.w3.org/2001/XMLSchema#gYear", "Time");
        check("http://www.w3.org/2001/XMLSchema#nonNegativeInteger", "Quantity");
        check("http://xmlns.com/foaf/0.1/Persn", "unknown");
        check("http://example.org/Person", "unknown");
        check("urn:kgloom:Person", "unknown");
    }

    #[test]
    fn ones_own_names_are_not_those_of_a_vocabulary() {
        assert!(is_known("https://schema.org/memberOf") && is_known("http://purl.org/dc/elements/1.1/creator"));
        assert!(!is_known("http://example.org/memberOf") && !is_known("urn:kgloom:Persn"));
    }
}
