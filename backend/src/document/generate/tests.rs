use super::*;

#[test]
fn write_out() {
    let base = agreement(&AgreementData::specimen()).unwrap();
    std::fs::write("/tmp/espa.pdf", &base.bytes).unwrap();
    std::fs::write("/tmp/espa.txt", &base.text).unwrap();
    println!("{} pages, {} bytes, {:?}", base.pages, base.bytes.len(), base.fields);
}
