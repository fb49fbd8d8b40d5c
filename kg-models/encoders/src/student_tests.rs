//! Students of a small random encoder. In: its folder, texts. Out: whether students are what they are said to be.

use super::*;
use crate::neighbours::mean_cosine;
use crate::{folder, small, texts::given};
use kgloom_numerics::artifact::Storage;

struct Scene {
    teacher: tempfile::TempDir,
    out: tempfile::TempDir,
    card: Card,
}

fn scene(layers: usize, numbers: usize) -> Scene {
    let (teacher, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    small::encoder(teacher.path(), 1);
    let training = StudentTraining { teacher: teacher.path(), layers, numbers: Some(numbers), seed: 1 };
    let card = training.run(&small::texts(600), out.path(), &|_, _| ()).unwrap();
    Scene { teacher, out, card }
}

#[test]
fn a_student_of_two_layers_is_opened_as_any_encoder_and_knows_its_teacher() {
    let Scene { teacher, out, card } = scene(2, 16);
    let teacher = TextEncoder::open(teacher.path()).unwrap();
    let student = TextEncoder::open(out.path()).unwrap();
    assert!(student.layers() == 2 && student.width() == 16 && student.id() != teacher.id());
    assert!(card.teacher == teacher.id() && card.texts == 600 && card.ridge > 0.0, "{card:?}");
    assert!(card.cosine > 0.9 && card.recall > 0.6, "{card:?}");
    assert!(!out.path().join(ANSWERS).exists(), "the teacher's vectors answer as they are");
    assert_eq!(std::fs::read(out.path().join(CARD)).unwrap(), serde_json::to_vec_pretty(&card).unwrap());

    // Its vectors are near the teacher's, nearer than the plain mean of that layer.
    let texts = given(&small::texts(40));
    let of = |encoder: &TextEncoder| encoder.read(&texts, &|_, _| ()).unwrap();
    let wanted = of(&teacher);
    let near = |rows: &[f32]| crate::neighbours::mean_cosine(rows, &wanted, 16);
    let plain = TextEncoder::open(out.path()).unwrap().at_layer(2).unwrap();
    assert!(near(&of(&student)) > near(&of(&plain)) + 0.05);
}

#[test]
fn fewer_numbers_are_the_first_of_all_and_the_teacher_answers_in_them() {
    let (few, more) = (scene(2, 4), scene(2, 8));
    let texts = given(&small::texts(30));
    let read = |scene: &Scene| TextEncoder::open(scene.out.path()).unwrap().read(&texts, &|_, _| ()).unwrap();
    let (short, long) = (read(&few), read(&more));
    let cut: Vec<f32> = units(&long.chunks(8).flat_map(|row| row[..4].to_vec()).collect::<Vec<f32>>(), 4);
    assert!(short.iter().zip(&cut).all(|(x, y)| (x - y).abs() < 1e-4));
    let answers = folder::answers(few.out.path(), None).unwrap().unwrap();
    assert!(answers.inputs == 16 && answers.outputs() == 4);
    assert!(few.card.recall < more.card.recall && few.card.recall > 0.3, "{} {}", few.card.recall, more.card.recall);
}

#[test]
fn all_layers_and_few_numbers_are_the_teacher_turned_and_cut() {
    let Scene { out, card, .. } = scene(3, 8);
    assert!(card.ridge == 0.0 && card.cosine > 0.9999, "{card:?}");
    let texts = given(&small::texts(20));
    // The first layers are kept in bytes, so the vectors are the teacher's up to that.
    let student = TextEncoder::open(out.path()).unwrap();
    let plain = TextEncoder::open(out.path()).unwrap().at_layer(3).unwrap();
    let read = |encoder: &TextEncoder| encoder.read(&texts, &|_, _| ()).unwrap();
    let answers = folder::answers(out.path(), None).unwrap().unwrap();
    // Means are not quite of one length, so that they stand a little elsewhere around the middle.
    let cosine = crate::neighbours::mean_cosine(&read(&student), &answers.apply_units(&read(&plain)), 8);
    assert!(cosine > 0.9, "{cosine}");
}

#[test]
fn no_layer_is_a_table_which_is_no_transformer() {
    let Scene { out, card, .. } = scene(0, 16);
    assert!(card.layers == 0 && card.recall > 0.3, "{card:?}");
    let table = folder::open(out.path(), Cut::NONE).unwrap();
    assert_eq!(table.width(), 16);
    assert!(TextEncoder::open(out.path()).is_err() && folder::open(out.path(), Cut::layer(Some(2))).is_err());
}

/// Vectors of some texts by a part of an encoder.
fn part_of(folder: &Path, cut: Cut) -> (String, Vec<f32>) {
    let encoder = folder::open(folder, cut).unwrap();
    (encoder.id(), encoder.read(&given(&small::texts(40)), &|_, _| ()).unwrap())
}

#[test]
fn a_lower_layer_has_a_head_of_its_own_and_says_how_good_it_is() {
    let Scene { teacher, out, card } = scene(3, 16);
    assert_eq!(card.lower.iter().map(|lower| lower.layer).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(card.lower[2].cosine > card.lower[0].cosine && card.lower[2].recall > card.lower[0].recall, "{card:?}");
    let (whole, wanted) = part_of(teacher.path(), Cut::NONE);
    let (student, _) = part_of(out.path(), Cut::NONE);
    for lower in &card.lower {
        let (id, rows) = part_of(out.path(), Cut::layer(Some(lower.layer)));
        assert_eq!(id, format!("{student}-layer-{}", lower.layer));
        // The teacher has no heads: its layer is the plain mean, which is farther from what the teacher says.
        let (plain_id, plain) = part_of(teacher.path(), Cut::layer(Some(lower.layer)));
        assert_eq!(plain_id, format!("{whole}-layer-{}", lower.layer));
        let near = |rows: &[f32]| mean_cosine(rows, &wanted, 16);
        assert!(near(&rows) > near(&plain) + 0.02, "layer {}: {} {}", lower.layer, near(&rows), near(&plain));
    }
    // The last layer is all of it.
    assert_eq!(part_of(out.path(), Cut::layer(Some(3))).0, student);
    let error = folder::open(out.path(), Cut::layer(Some(4))).err().unwrap().to_string();
    assert!(error.contains("layers 0 to 3"), "{error}");
}

#[test]
fn layers_above_the_one_that_is_asked_for_are_not_even_looked_at() {
    let Scene { out, .. } = scene(3, 16);
    let cut = Cut::layer(Some(1));
    let before = part_of(out.path(), cut).1;
    let file = out.path().join("model.safetensors");
    let whole = Weights::read(&file).unwrap();
    let lower = whole.names().filter(|name| !name.contains("layer.1.") && !name.contains("layer.2."));
    let arrays: Vec<_> =
        lower.map(|name| (name.to_owned(), whole.any(name).unwrap().clone(), Storage::Single)).collect();
    artifact::write(&file, &serialize(&arrays).unwrap()).unwrap();
    let after = part_of(out.path(), cut).1;
    assert!(before.iter().zip(&after).all(|(x, y)| (x - y).abs() < 1e-4));
    assert!(folder::open(out.path(), Cut::NONE).is_err());
}

#[test]
fn fewer_numbers_are_taken_when_used_as_if_learnt_so() {
    let (whole, few) = (scene(2, 16), scene(2, 6));
    let cut = Cut { layer: None, numbers: Some(6) };
    let (id, rows) = part_of(whole.out.path(), cut);
    assert_eq!(id, format!("{}-numbers-6", part_of(whole.out.path(), Cut::NONE).0));
    let wanted = part_of(few.out.path(), Cut::NONE).1;
    assert!(mean_cosine(&rows, &wanted, 6) > 0.9999, "{}", mean_cosine(&rows, &wanted, 6));
    // A teacher's vectors answer them turned and cut likewise.
    let [turn, learnt] = [(&whole, Some(6)), (&few, None)]
        .map(|(scene, numbers)| folder::answers(scene.out.path(), numbers).unwrap().unwrap());
    assert_eq!((turn.outputs(), turn), (6, learnt));
    let both = Cut { layer: Some(1), numbers: Some(6) };
    assert!(part_of(whole.out.path(), both).0.ends_with("-layer-1-numbers-6"));
    let many = Cut { layer: None, numbers: Some(17) };
    assert!(folder::open(whole.out.path(), many).err().unwrap().to_string().contains("it has 16"));
    // A published encoder has no rotation: its first numbers are taken as they are.
    let (_, first) = part_of(whole.teacher.path(), cut);
    let all = part_of(whole.teacher.path(), Cut::NONE).1;
    let first_of_all = units(&all.chunks(16).flat_map(|row| row[..6].to_vec()).collect::<Vec<f32>>(), 6);
    assert!(first.iter().zip(&first_of_all).all(|(x, y)| (x - y).abs() < 1e-5));
}

#[test]
fn a_table_gives_fewer_numbers_too() {
    let (whole, few) = (scene(0, 16), scene(0, 6));
    let (id, rows) = part_of(whole.out.path(), Cut { layer: None, numbers: Some(6) });
    assert!(id.ends_with("-numbers-6"));
    // Rows are rounded to bytes before they are turned here, and after it there.
    let cosine = mean_cosine(&rows, &part_of(few.out.path(), Cut::NONE).1, 6);
    assert!(cosine > 0.999, "{cosine}");
}

#[test]
fn the_same_texts_give_the_same_bytes_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let scene = pool.install(|| scene(1, 8));
        ["model.safetensors", HEAD, ANSWERS, CARD].map(|file| std::fs::read(scene.out.path().join(file)).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn more_layers_than_the_teacher_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    small::encoder(folder.path(), 1);
    let training = StudentTraining { teacher: folder.path(), layers: 4, numbers: None, seed: 1 };
    let error = training.run(&small::texts(50), &folder.path().join("out"), &|_, _| ()).unwrap_err();
    assert!(error.to_string().contains("it has 3 layers and 16 numbers"), "{error}");
}
