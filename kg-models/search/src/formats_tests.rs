//! Files as the benchmark publishes them, and files that are cut off. In: written files. Out: what they say, or where.

use super::*;

fn write(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

fn record(numbers: &[[u8; 4]]) -> Vec<u8> {
    let count = (numbers.len() as i32).to_le_bytes();
    std::iter::once(&count).chain(numbers).flatten().copied().collect()
}

#[test]
fn vectors_and_neighbours_are_read() {
    let rows = [[1.0f32, 2.0], [-0.5, 4.0]].map(|row| record(&row.map(f32::to_le_bytes)));
    let file = write(&rows.concat());
    let found = fvecs(file.path(), usize::MAX).unwrap();
    assert_eq!((found.width, found.values), (2, vec![1.0, 2.0, -0.5, 4.0]));
    assert_eq!(fvecs(file.path(), 1).unwrap().values, [1.0, 2.0]);
    let lists = [record(&[7i32, 3].map(i32::to_le_bytes)), record(&[]), record(&[9i32].map(i32::to_le_bytes))];
    assert_eq!(ivecs(write(&lists.concat()).path(), 9).unwrap(), [vec![7, 3], vec![], vec![9]]);
}

#[test]
fn damage_is_told_with_its_byte() {
    let whole = record(&[1.0f32, 2.0].map(f32::to_le_bytes));
    let longer = record(&[1.0f32, 2.0, 3.0].map(f32::to_le_bytes));
    for (bytes, told) in [
        ([whole.clone(), whole[..9].to_vec()].concat(), "byte 12: the file ends within a record of 2 numbers"),
        ([whole.clone(), vec![2, 0]].concat(), "byte 12: no count of numbers"),
        ([whole.clone(), longer].concat(), "byte 12: a record of 3 numbers, the first has 2"),
        (b"text, and no vectors".to_vec(), "byte 0: no count of numbers"),
    ] {
        let file = write(&bytes);
        let error = fvecs(file.path(), usize::MAX).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains(&file.path().display().to_string()), "{error}");
    }
    assert!(fvecs(Path::new("nowhere.fvecs"), 1).is_err());
}

#[test]
fn conditions_choose_items() {
    let items = concat!(
        r#"{"number_of_sub_categories": 2, "update_date": 13000, "main_categories": ["cs", "math"], "title": "a"}"#,
        "\n\n",
        r#"{"number_of_sub_categories": 1, "update_date": 14000, "main_categories": ["physics"]}"#,
        "\n"
    );
    let items = attributes(write(items.as_bytes()).path()).unwrap();
    let queries =
        "{\"label\": 2}\n{\"range_start\": 13500, \"range_end\": 14000}\n{\"label\": \"math\"}\n{\"label\": 9}";
    let conditions = conditions(write(queries.as_bytes()).path()).unwrap();
    assert_eq!(conditions[1..3], [Condition::Range(13_500, 14_000), Condition::Member("math".to_owned())]);
    let held: Vec<Vec<bool>> =
        conditions.iter().map(|condition| items.iter().map(|item| condition.holds(item)).collect()).collect();
    assert_eq!(held, [[true, false], [false, true], [true, false], [false, false]]);
}

#[test]
fn lines_that_are_no_conditions_are_told() {
    for (text, line) in
        [("{\"label\": 1}\n\n{\"lable\": 1}", "line 3"), ("{\"label\": 1.5}", "line 1"), ("7", "line 1")]
    {
        let error = conditions(write(text.as_bytes()).path()).unwrap_err().to_string();
        assert!(error.contains(line), "{error}");
    }
}
