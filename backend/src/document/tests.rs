//! Writing signatures, seen from outside the writer.

use super::testing::*;
use super::*;

#[test]
fn kept_for_outsiders() {
    let Ok(folder) = std::env::var("MOHOR_KEEP") else { return };
    let folder = std::path::Path::new(&folder);
    let world = World::new();
    for modern in [false, true] {
        for (number, bytes) in world.agreement(&base(modern)).iter().enumerate() {
            std::fs::write(folder.join(format!("{}-{number}.pdf", if modern { "stream" } else { "table" })), bytes)
                .unwrap();
        }
    }
    std::fs::write(folder.join("root.der"), world.root.der()).unwrap();
}
