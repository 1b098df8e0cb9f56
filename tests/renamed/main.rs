//! The library by another name: renamed in the manifest, and re-exported by a module.

mod guarded;
