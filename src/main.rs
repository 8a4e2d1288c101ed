//! The program: reads the command line and hands it to a command. Holds no logic of its own.

fn main() {}
