//! Builds the primitives on Shuttle.

fn main() {
    println!("cargo::rustc-cfg=underlock_shuttle");
    // Features of `underlock` that this package leaves out.
    println!(r#"cargo::rustc-check-cfg=cfg(feature, values("macros", "tokio"))"#);
    println!("cargo::rerun-if-changed=build.rs");
}
