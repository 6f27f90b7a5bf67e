use lopdf::{Dictionary, Document, Object};

use super::*;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::words::Lang;

fn base() -> (Base, Document) {
    let base = agreement(&AgreementData::specimen()).unwrap();
    let document = Document::load_mem(&base.bytes).unwrap();
    (base, document)
}

/// To be looked at: `MOHOR_KEEP` names a folder.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("MOHOR_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

fn widgets(document: &Document) -> Vec<(String, Dictionary)> {
    let form = document.catalog().unwrap().get(b"AcroForm").and_then(Object::as_dict).unwrap();
    let fields = form.get(b"Fields").and_then(Object::as_array).unwrap();
    let read = |field: &Object| {
        let widget = document.get_dictionary(field.as_reference().unwrap()).unwrap().clone();
        (String::from_utf8(widget.get(b"T").unwrap().as_str().unwrap().to_vec()).unwrap(), widget)
    };
    fields.iter().map(read).collect()
}

fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> &'a [u8] {
    dictionary.get(key).and_then(Object::as_name).unwrap_or_default()
}

#[test]
fn the_agreement_is_as_long_as_a_real_one_and_every_page_is_marked() {
    let (base, document) = base();
    assert!((12..=20).contains(&base.pages), "{} pages", base.pages);
    assert_eq!(document.get_pages().len(), base.pages);
    assert_eq!(base.page_texts.len(), base.pages);
    for (index, page) in base.page_texts.iter().enumerate() {
        assert!(page.contains("SPESIMEN"), "page {index}");
        assert!(page.contains(&format!("Muka {} daripada {}", index + 1, base.pages)), "page {index}");
        assert!(page.contains("No. Siri:"), "page {index}");
    }
}

#[test]
fn the_text_version_says_what_the_data_say() {
    let (base, _) = base();
    for expected in [
        "PARKLAND AVENUE SDN. BHD.",
        "Aminah binti Salleh",
        "900423-**-**84",
        "20165-9",
        "B-10-02",
        "RM528,000.00",
        "lima ratus dua puluh lapan ribu",
        "Bertarikh 25/04/2025",
        "Jumlah · 100 % · 528,000.00",
        "Menyaksikan tandatangan No. 3",
    ] {
        assert!(base.text.contains(expected), "{expected}");
    }
    assert!(!base.text.contains('{') && !base.text.contains("**Bangunan"), "an unfilled place");
}

#[test]
fn the_words_can_be_read_back_from_the_file() {
    let (base, document) = base();
    let pages: Vec<u32> = (1..).take(base.pages).collect();
    let text = document.extract_text(&pages).unwrap();
    for expected in ["PERJANJIAN JUAL BELI", "Aminah binti Salleh", "Tempoh liabiliti kecacatan"] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn the_same_data_give_the_same_bytes_and_another_version_another_identifier() {
    let data = AgreementData::specimen();
    let (one, two) = (agreement(&data).unwrap(), agreement(&data).unwrap());
    keep("agreement-ms.pdf", &one.bytes);
    assert!(one.bytes == two.bytes);
    let corrected = agreement(&AgreementData { id: "other".into(), version: 2, ..data }).unwrap();
    let id = |base: &Base| Document::load_mem(&base.bytes).unwrap().trailer.get(b"ID").unwrap().clone();
    assert_ne!(id(&one), id(&corrected));
    assert!(corrected.page_texts[0].contains("Versi 2"));
}

#[test]
fn every_party_has_a_field_and_spares_are_kept() {
    let (base, document) = base();
    let widgets = widgets(&document);
    let names: Vec<&String> = widgets.iter().map(|(name, _)| name).collect();
    assert_eq!(names, base.fields.iter().collect::<Vec<_>>());
    let expected = std::iter::once("Cert0".to_owned())
        .chain((1..=SLOTS).map(|number| format!("Party{number}")))
        .chain((1..=base.pages).map(|number| format!("Serial{number}")))
        .chain(["QR".to_owned()]);
    assert_eq!(base.fields, expected.collect::<Vec<_>>());
    for (field, widget) in &widgets {
        let kind = name(widget, b"FT");
        let wanted: &[u8] = match field.as_str() {
            "QR" => b"Btn",
            serial if serial.starts_with("Serial") => b"Tx",
            _ => b"Sig",
        };
        assert_eq!((kind, name(widget, b"Subtype")), (wanted, &b"Widget"[..]), "{field}");
        assert_eq!(widget.get(b"F").unwrap().as_i64().unwrap(), 4 + 128, "{field}");
        assert!(!widget.get(b"TU").unwrap().as_str().unwrap().is_empty(), "{field}");
        assert!(widget.has(b"StructParent"), "{field} is not in the structure tree");
        assert!(!widget.has(b"V") && !widget.has(b"A") && !widget.has(b"Kids"), "{field}");
        assert_eq!(widget.has(b"AP"), field != "Cert0", "{field}");
    }
}

#[test]
fn a_field_is_the_only_child_of_its_form_element_so_that_pyhanko_explains_it() {
    let (base, document) = base();
    let forms = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|element| name(element, b"S") == b"Form");
    let children: Vec<Dictionary> =
        forms.map(|form| document.dereference(form.get(b"K").unwrap()).unwrap().1.as_dict().unwrap().clone()).collect();
    assert_eq!(children.len(), base.fields.len());
    assert!(children.iter().all(|child| name(child, b"Type") == b"OBJR"));
}

#[test]
fn the_form_and_the_file_keep_the_rules_of_the_archive() {
    let (base, document) = base();
    let catalog = document.catalog().unwrap();
    let form = catalog.get(b"AcroForm").and_then(Object::as_dict).unwrap();
    assert_eq!(form.get(b"SigFlags").unwrap().as_i64().unwrap(), 3);
    assert!(!form.has(b"NeedAppearances"));
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"OutputIntents") && catalog.has(b"Lang"));
    for page in document.get_pages().into_values() {
        assert_eq!(name(document.get_dictionary(page).unwrap(), b"Tabs"), b"S");
    }
    let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).unwrap();
    let metadata = document.get_object(metadata).and_then(Object::as_stream).unwrap();
    let metadata = String::from_utf8_lossy(&metadata.content);
    assert!(metadata.contains("pdfaid:part>2<") && metadata.contains("pdfaid:conformance>A<"), "{metadata}");
    assert!(metadata.contains("pdfuaid:part>1<"), "{metadata}");
    assert!(base.bytes.starts_with(b"%PDF-1.7\n%") && base.bytes.ends_with(b"%%EOF\n"));
    assert!(!base.bytes.windows(draw::FIELD.len()).any(|window| window == draw::FIELD.as_bytes()));
    let highest = document.objects.keys().map(|(number, _)| *number).max().unwrap();
    assert_eq!(document.objects.len(), highest as usize, "the objects have a gap");
}

#[test]
fn no_font_of_the_machine_gets_in_and_all_are_embedded() {
    let (_, document) = base();
    let mut fonts = 0;
    for object in document.objects.values() {
        let Ok(descriptor) = object.as_dict() else { continue };
        if name(descriptor, b"Type") == b"FontDescriptor" {
            fonts += 1;
            assert!(descriptor.has(b"FontFile2"));
            let font = String::from_utf8_lossy(name(descriptor, b"FontName")).into_owned();
            assert!(font.contains("+Noto") || font.contains("+Droid"), "{font}");
        }
    }
    assert_eq!(fonts, 5);
}

#[test]
fn the_agreement_is_issued_in_english_too() {
    let base = agreement(&AgreementData { lang: Lang::En, ..AgreementData::specimen() }).unwrap();
    keep("agreement-en.pdf", &base.bytes);
    assert!(base.text.contains("SALE AND PURCHASE AGREEMENT"));
    assert!(base.text.contains("five hundred twenty-eight thousand"));
    assert!(base.page_texts.iter().all(|page| page.contains("SPESIMEN")));
}

#[test]
fn names_of_every_script_stand_in_the_agreement() {
    let mut data = AgreementData::specimen();
    let names = ["Zainab Müller-Järvi", "陳美玲", "ரவி குமார்", "نور الهدى"];
    for (party, name) in data.parties.iter_mut().zip(names) {
        party.name = name.into();
    }
    data.purchasers[0].name = names[1].into();
    let base = agreement(&data).unwrap();
    assert!(names.iter().all(|name| base.text.contains(name)));
}

#[test]
fn a_full_house_and_long_names_still_fit() {
    let mut data = AgreementData::specimen();
    let long = "Tengku Ahmad Shahrizal Iskandar bin Tengku Mohamad Hafizuddin Alauddin Shah Jr V";
    assert!(long.chars().count() >= 80);
    let party = Party { name: long.into(), on_behalf_of: Some(long.into()), ..data.parties[1].clone() };
    data.parties = vec![party; SLOTS];
    data.purchasers = vec![data.purchasers[0].clone(); 3];
    data.landowner = Some(data.developer.clone());
    let base = agreement(&data).unwrap();
    assert_eq!(base.text.matches("Menyaksikan tandatangan No. 1").count(), SLOTS);
    assert!(!base.text.contains("Ruang simpanan"));
}

#[test]
fn a_cover_that_runs_over_goes_on_and_a_value_longer_than_a_page_is_refused() {
    let mut data = AgreementData::specimen();
    data.purchasers = vec![data.purchasers[0].clone(); 12];
    data.landowner = Some(data.developer.clone());
    assert_eq!(agreement(&data).unwrap().pages, 16, "cover and particulars take two pages each");
    data.purchasers[0].address = "Lorong Melati ".repeat(2_000);
    assert_eq!(agreement(&data).unwrap_err(), GenerateError::TooLong("table"));
    data = AgreementData::specimen();
    data.parties[0].name = "Aminah ".repeat(2_000);
    assert_eq!(agreement(&data).unwrap_err(), GenerateError::TooLong("party"));
}

#[test]
fn too_few_and_too_many_parties_are_refused() {
    let mut data = AgreementData::specimen();
    data.parties = vec![data.parties[0].clone(); SLOTS + 1];
    assert_eq!(agreement(&data).unwrap_err(), GenerateError::TooManyParties(SLOTS + 1));
    data.parties.clear();
    assert_eq!(agreement(&data).unwrap_err(), GenerateError::NoParties);
}

#[test]
fn a_character_without_a_glyph_is_named_and_never_shown_as_a_box() {
    for (name, culprit) in [
        ("Aminah 😀", '😀'),
        ("Aminah \u{0378}", '\u{0378}'),
        ("สมชาย", 'ส'),
        ("Aminah\u{202e}hanimA", '\u{202e}'),
        ("Aminah\nSalleh", '\n'),
        ("A\u{e000}", '\u{e000}'),
    ] {
        assert_eq!(check_name(name).unwrap_err(), GenerateError::NoGlyph(culprit), "{name:?}");
    }
    let mut data = AgreementData::specimen();
    data.purchasers[0].address = "12, Lorong 🏠".into();
    let refusal = agreement(&data).unwrap_err();
    assert_eq!(refusal, GenerateError::NoGlyph('🏠'));
    assert_eq!(refusal.facts(), [("character", "“🏠” (U+1F3E0)".to_owned())]);
    for lang in Lang::ALL {
        let facts = refusal.facts();
        let facts: Vec<(&str, &str)> = facts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert!(lang.say_with(&format!("problem-{}", refusal.code()), &facts).contains("U+1F3E0"));
    }
}

#[test]
fn names_people_have_are_accepted() {
    for name in [
        "Aminah binti Salleh",
        "Zoë Ångström-Šimůnková",
        "Nguyễn Thị Ánh",
        "D'Cruz, Maria (Mary) @ May",
        "Ravi a/l Kumar",
        "ரவி குமார் த/பெ முத்துசாமி",
        "陳美玲",
        "نور الهدى بنت إسماعيل",
        "Αλέξανδρος Иванов",
    ] {
        check_name(name).unwrap();
    }
}

#[test]
fn instalments_always_add_up_to_the_price() {
    for price_sen in [1, 99, 52_800_001, 12_345_678_903] {
        let data = AgreementData { price_sen, issued: Timestamp::from_seconds(0), ..AgreementData::specimen() };
        let base = agreement(&data).unwrap();
        assert!(base.text.contains(&format!("Jumlah · 100 % · {}", money::figures(price_sen))));
    }
}

#[test]
fn everybody_signs_the_agreement_and_every_signature_is_valid() {
    use crate::document::appearance::{Drawing, PartyBlock, party_block, qr, serial};
    use crate::document::testing::{NOW, World, request};
    use crate::document::verify::verify;
    use crate::document::{Fill, SignatureRole};

    let data = AgreementData::specimen();
    let base = agreement(&data).unwrap();
    let world = World::new();
    let mut head = world.sign(&base.bytes, &request("Cert0", SignatureRole::Certify), &world.person("Meterai", 10));
    let locks: Vec<String> =
        base.fields.iter().filter(|name| name.starts_with("Serial") || *name == "QR").cloned().collect();
    let number = "ESPA-2025-20165-9-000123";
    let typed = Drawing::typed("Aminah").unwrap();
    for (index, party) in data.parties.iter().enumerate() {
        let field = format!("Party{}", index + 1);
        let role = match index {
            0 => SignatureRole::First { locks: locks.clone() },
            last if last + 1 == data.parties.len() => SignatureRole::Last,
            _ => SignatureRole::Middle,
        };
        let mut request = request(&field, role);
        if index == 0 {
            let fill = |field: &String| match field.as_str() {
                "QR" => {
                    Fill { field: field.clone(), value: None, appearance: qr("https://espa.example.com/v/1").unwrap() }
                }
                _ => Fill { field: field.clone(), value: Some(number.into()), appearance: serial(number).unwrap() },
            };
            request.fills = locks.iter().map(fill).collect();
        }
        let block = PartyBlock {
            name: &party.name,
            role: &party.role,
            ic_masked: &party.ic_masked,
            time: NOW,
            drawing: &typed,
        };
        request.appearance = Some(party_block(&block).unwrap());
        head = world.sign(&head, &request, &world.person(&party.name, 11 + index as u8));
        keep(&format!("agreement-signed-{}.pdf", index + 1), &head);
    }
    keep("root.der", &world.root.der());
    let report = verify(&head, &world.trust());
    assert!(report.status.is_valid(), "{report:#?}");
    assert_eq!(report.signatures.len(), 5);
    assert!(report.signatures.iter().all(|verdict| verdict.status.is_valid()), "{report:#?}");
    assert!(head.len() < base.bytes.len() + 300_000, "{} bytes", head.len());
}

fn payment_data() -> PaymentData {
    let line = |text: &str, sen| PaymentLine { text: text.into(), code: "B.27-101".into(), sen };
    PaymentData {
        id: "01JDOCUMENT000000000000000-1".into(),
        version: 1,
        issued: Timestamp::from_seconds(1_795_136_400),
        process: "22 · AP · Arahan Bayaran Tanpa Pesanan Pembelian Kerajaan".into(),
        office: "Pejabat Contoh SPESIMEN (PTJ-0702)".into(),
        receiver: None,
        company: "FGOM".into(),
        reference: "07022411247A".into(),
        hash: "LUsq9prqLRm6heerwwCFRQisYDQzAgKukkb8egTE15w=".into(),
        purpose: "Bekalan alat tulis".into(),
        payee: "SYARIKAT CONTOH (SPESIMEN) SDN. BHD.".into(),
        bank: "Bank Contoh".into(),
        account: "0000123456".into(),
        lines: vec![line("Kertas", 2_000_000), line("Pen", 991_135)],
        certifiers: vec!["Perakuan 1".into(), "Perakuan 2".into()],
    }
}

#[test]
fn a_payment_instruction_says_what_is_paid_and_has_a_field_for_every_certifier() {
    let base = payment(&payment_data()).unwrap();
    assert_eq!(base.fields, ["Cert0", "Party1", "Party2"]);
    for words in ["ARAHAN BAYARAN", "RM29,911.35", "07022411247A", "FGOM", "Perakuan 2", "Jumlah ·  · 29,911.35"] {
        assert!(base.text.contains(words), "{words} in {}", base.text);
    }
    assert!(base.page_texts.iter().all(|page| page.contains("SPESIMEN")));
    assert_eq!(base.bytes, payment(&payment_data()).unwrap().bytes, "the same data, the same bytes");
    keep("payment.pdf", &base.bytes);
    let long = PaymentData {
        receiver: Some("Pejabat Lain".into()),
        lines: vec![PaymentLine { sen: 499_999_999_999, ..payment_data().lines[0].clone() }; 200],
        certifiers: vec!["Perakuan 1".into(); SLOTS],
        ..payment_data()
    };
    let base = payment(&long).unwrap();
    assert!(base.pages > 3 && base.text.contains("RM999,999,999,998.00"), "{}", base.pages);
    assert!(matches!(payment(&PaymentData { certifiers: Vec::new(), ..long.clone() }), Err(GenerateError::NoParties)));
    let many = PaymentData { certifiers: vec!["Perakuan 1".into(); SLOTS + 1], ..long };
    assert!(matches!(payment(&many), Err(GenerateError::TooManyParties(13))));
}
