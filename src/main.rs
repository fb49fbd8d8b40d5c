//! The program. In: arguments. Out: an exit code. Never: anything that `lib.rs` could do.

fn main() -> std::process::ExitCode {
    kgloom::main()
}
