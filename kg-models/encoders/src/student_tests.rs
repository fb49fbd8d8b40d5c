//! Students of a small random encoder. In: its folder, texts. Out: whether students are what they are said to be.

use super::*;
use crate::{folder, small, texts::given};

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
    let written: Card = serde_json::from_slice(&std::fs::read(out.path().join(CARD)).unwrap()).unwrap();
    assert_eq!(written, card);

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
    let answers = folder::answers(few.out.path()).unwrap().unwrap();
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
    let answers = folder::answers(out.path()).unwrap().unwrap();
    // Means are not quite of one length, so that they stand a little elsewhere around the middle.
    let cosine = crate::neighbours::mean_cosine(&read(&student), &answers.apply_units(&read(&plain)), 8);
    assert!(cosine > 0.9, "{cosine}");
}

#[test]
fn no_layer_is_a_table_which_is_no_transformer() {
    let Scene { out, card, .. } = scene(0, 16);
    assert!(card.layers == 0 && card.recall > 0.3, "{card:?}");
    let table = folder::open(out.path(), None).unwrap();
    assert_eq!(table.width(), 16);
    assert!(TextEncoder::open(out.path()).is_err() && folder::open(out.path(), Some(2)).is_err());
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
