//! The engine in a program of one's own. In: two texts. Out: a query's answer, what an edit does to it, and why. Never: a server.
use kgloom_engine::explain::Why;
use kgloom_engine::{Engine, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("kgloom-embed-{}", std::process::id()));
    let engine = Engine::open(Settings::new(&folder))?;
    let epochs = engine.subscribe();

    engine.put("ada", "Ada Lovelace was born in Oxford on 10 December 1815.")?;
    engine.put("marie", "Marie Curie was born in Warsaw on 7 November 1867.")?;
    let born = "SELECT ?name ?place { ?who wdt:P19 ?at ; rdfs:label ?name . ?at rdfs:label ?place } ORDER BY ?name";
    for row in engine.reader()?.select(born)? {
        println!("{} was born in {}", row["name"], row["place"]);
    }

    let edited = engine.put("ada", "Ada Lovelace was born in London on 10 December 1815.")?;
    let (came, went) = edited.difference();
    went.iter().for_each(|quad| println!("- {}", quad.triple));
    came.iter().for_each(|quad| println!("+ {}", quad.triple));

    for why in engine.why("Ada Lovelace", "place of birth", "London")? {
        if let Why::Stated(explanation) = why {
            let sentences = explanation.evidence.iter().flat_map(|evidence| &evidence.sentences);
            sentences.for_each(|sentence| println!("since it says: {}", sentence.marked));
        }
    }

    let verified = engine.verify()?;
    println!("verified: {} of {} quads", verified.is_equal(), verified.stored.lines.len());
    engine.close()?;
    println!("{} epochs came", epochs.count());
    Ok(std::fs::remove_dir_all(&folder)?)
}
