//! What classification promises: right gradients, use of the graph, the same numbers whatever the threads.

use super::*;

/// Two classes; features say nothing, neighbours everything.
fn sample(alike: bool) -> NodeSet {
    let mut random = draw(3, "test", 0);
    let nodes = 120;
    let labels: Vec<Option<u32>> = (0..nodes).map(|node| Some(node as u32 % 2)).collect();
    let mut edges = Vec::new();
    for node in 0..nodes as u32 {
        for _ in 0..4 {
            let other = random.below(nodes / 2) as u32 * 2 + (node + u32::from(!alike)) % 2;
            edges.push((node.min(other), node.max(other)));
        }
    }
    edges.retain(|(one, other)| one != other);
    edges.sort_unstable();
    edges.dedup();
    // One feature in ten tells the class; the others are noise.
    let features = (0..nodes)
        .map(|node| {
            let mut features: Vec<u32> = (0..4).map(|_| 2 + random.below(30) as u32).collect();
            if random.unit() < 0.5 {
                features.push(node as u32 % 2);
            }
            features.sort_unstable();
            features.dedup();
            features
        })
        .collect();
    NodeSet { name: "sample".into(), features, width: 32, labels, classes: 2, edges, published: None }
}

fn report(set: &NodeSet, basis: Basis, order: usize) -> NodeReport {
    let training = NodeTraining { basis, order, splits: 3, seed: 1, published: false };
    classify(set, training, &|_, _| ()).unwrap()
}

#[test]
fn neighbours_help_where_they_are_alike_and_where_they_differ() {
    let (alike, unlike) = (sample(true), sample(false));
    let alone = report(&alike, Basis::Gcn, 0).accuracy;
    assert!(report(&alike, Basis::Gcn, 2).accuracy > alone + 0.1);
    let learned = report(&unlike, Basis::Gpr, 4);
    assert!(learned.accuracy > report(&unlike, Basis::Gcn, 0).accuracy + 0.1, "{}", learned.line());
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let set = sample(true);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| report(&set, Basis::Chebyshev, 3).splits)
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn weights_and_coefficients_follow_their_gradients() {
    let set = sample(true);
    for basis in Basis::ALL {
        let edges: Vec<WeightedEdge> =
            set.edges.iter().map(|&(one, other)| WeightedEdge { one, other, weight: 1.0 }).collect();
        let graph = Graph::new(set.labels.len(), &edges, basis.normalisation());
        let parts = cut(&set, false, (1, 0)).unwrap();
        let setting = Setting { rate: 1e-3, dropout: 0.0, alpha: 0.1 };
        let lesson = Lesson { set: &set, graph: &graph, cut: &parts, setting };
        let mut random = draw(2, "test", 0);
        let mut table =
            |rows: usize, width: usize| Table::new(random.normals(rows * width, 0.3), width, UpdateRule::Adagrad);
        let mut filter = Polynomial::with_alpha(basis, 3, 0.1);
        let mut net = Net {
            units: table(set.width, HIDDEN),
            unit_bias: table(1, HIDDEN),
            classes: table(HIDDEN, 2),
            class_bias: table(1, 2),
            coefficients: Table::new(filter.coefficients.clone(), 4, UpdateRule::Adagrad),
        };
        let loss = |net: &Net, filter: &Polynomial| {
            let cost: f32 = [&net.units, &net.classes].iter().flat_map(|table| &table.values).map(|w| w * w).sum();
            lesson.score(&lesson.forward(net, filter, None).out, &parts[0]).1 + f64::from(0.5 * DECAY * cost)
        };
        type Part = fn(&mut Net) -> &mut Table;
        let places: [(Part, usize); 6] = [
            (|net| &mut net.units, 5),
            (|net| &mut net.units, 700),
            (|net| &mut net.unit_bias, 9),
            (|net| &mut net.classes, 64),
            (|net| &mut net.class_bias, 1),
            (|net| &mut net.coefficients, 2),
        ];
        for (table, place) in places {
            let mut at = |delta: f32| {
                table(&mut net).values[place] += delta;
                filter.coefficients.clone_from(&net.coefficients.values);
                let loss = loss(&net, &filter);
                table(&mut net).values[place] -= delta;
                loss
            };
            let numeric = (at(5e-3) - at(-5e-3)) / 1e-2;
            let mut copy = Net {
                units: net.units.clone(),
                unit_bias: net.unit_bias.clone(),
                classes: net.classes.clone(),
                class_bias: net.class_bias.clone(),
                coefficients: net.coefficients.clone(),
            };
            filter.coefficients.clone_from(&net.coefficients.values);
            let before = table(&mut copy).values.clone();
            lesson.backward(&mut copy, &mut filter.clone(), &lesson.forward(&net, &filter, None));
            let slope = table(&mut copy).only_gradient(&before)[place];
            let fixed = !basis.learns() && before.len() == 4;
            let wanted = if fixed { 0.0 } else { numeric };
            assert!((wanted - f64::from(slope)).abs() < 2e-3, "{basis} {place}: {numeric}, not {slope}");
        }
    }
}
