//! One of every letter of the house, read in both languages.

use crate::kernel::qr;
use crate::kernel::settings::{Brand, Hims};
use crate::kernel::words::Lang;
use crate::outbox::{Letter, Mail, Picture, Stationery, render};
use crate::{account, certificate, device, ekyc, enrolment, factor, hims, person};

fn stationery() -> Stationery {
    let public_url = "https://mohor.example.test".to_owned();
    Stationery { public_url, brand: Brand::default(), hims: Hims::default() }
}

fn letters(lang: Lang) -> Vec<(&'static str, Letter)> {
    let paper = stationery();
    let mut letters = account::letters::samples(&paper, lang);
    letters.extend(certificate::letters::samples(&paper, lang));
    letters.extend(device::letters::samples(&paper, lang));
    letters.extend(ekyc::letters::samples(&paper, lang));
    letters.extend(enrolment::letters::samples(&paper, lang));
    letters.extend(factor::letters::samples(&paper, lang));
    letters.extend(hims::letters::samples(&paper, lang));
    letters.extend(person::letters::samples(&paper, lang));
    letters
}

fn mails(lang: Lang) -> Vec<(&'static str, Mail)> {
    let sent = |(name, letter): (_, Letter)| (name, render(&letter, "HIMS ADMIN <hims@example.test>", "01J"));
    letters(lang).into_iter().map(sent).collect()
}

/// What a reader sees of an HTML mail: no elements, no entities.
fn visible(html: &str) -> String {
    let body = html.split_once("<body>").map_or("", |(_, body)| body);
    let text: String = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| !word.starts_with("---") && *word != ">").collect()
}

/// The text of every letter down to the signature, one file for each language: whoever changes a word sees the
/// letter that it changes.
#[test]
fn every_letter_reads_as_it_was_read_before() {
    for lang in Lang::ALL {
        let mut all = String::new();
        for (name, mail) in mails(lang) {
            let text = mail.text.split("\n\nPentadbir HIMS").next().unwrap_or_default();
            all += &format!("==== {name}\nSubject: {}\n\n{text}\n\n", mail.subject);
        }
        insta::assert_snapshot!(format!("letters-{lang}"), all);
    }
}

/// The whole HTML of one letter.
#[test]
fn the_html_of_the_review_mail_is_as_it_was_looked_at() {
    let (_, mail) = mails(Lang::Ms).into_iter().find(|(name, _)| *name == "hims.mail-3").expect("MAIL-3");
    insta::assert_snapshot!("mail-3-html", mail.html);
}

/// MAIL-1: whoever reads it at a desk scans with the phone what others click. Nobody else's mail has a picture.
#[test]
fn a_mail_with_an_enrolment_link_shows_its_qr_code_in_both_languages() {
    for lang in Lang::ALL {
        for (name, mail) in mails(lang) {
            let enrols = mail.text.contains("/daftar/");
            assert_eq!(mail.pictures.len(), usize::from(enrols), "{name} in {lang}");
            assert_eq!(mail.html.matches("<img ").count(), 2 * usize::from(enrols), "{name} in {lang}");
            if let [picture] = &mail.pictures[..] {
                let link = qr::png("https://mohor.example.test/daftar/x").expect("a code");
                assert!(picture.png == link, "{name} in {lang} shows another link");
            }
        }
    }
}

#[test]
fn both_forms_say_the_same_in_both_languages() {
    for lang in Lang::ALL {
        for (name, mail) in mails(lang) {
            let (text, html) = (mail.text.replace(":\nhttps", " https"), visible(&mail.html));
            let (text, html) = (words(&text).join(" "), words(&html).join(" "));
            for word in text.split(' ') {
                assert!(html.contains(word.trim_end_matches(':')), "{name} in {lang}: {word} is not in {html}");
            }
            assert!(!mail.text.contains('⟦') && !mail.subject.contains('⟦'), "{name} in {lang}");
            for salutation in ["Tuan/Puan,", "Dear Sir/Madam,"] {
                assert_eq!(mail.text.matches(salutation).count(), 1, "{name} in {lang}");
            }
        }
    }
}

#[test]
fn every_letter_closes_as_mail_0_and_leg_6_say() {
    let signature = "Pentadbir HIMS\nJabatan Perumahan Negara\nKementerian Perumahan dan Kerajaan Tempatan\n\n";
    let note =
        "Nota: E-mel ini adalah dijana secara automatik oleh sistem. Tiada maklum balas diperlukan bagi e-mel ini.";
    for lang in Lang::ALL {
        for (name, mail) in mails(lang) {
            let (_, end) = mail.text.split_once(signature).unwrap_or_else(|| panic!("{name} in {lang} is not signed"));
            assert!(end.contains(note), "{name} in {lang}");
            assert!(end.contains("Peringatan:") && end.contains("Reminder:"), "{name} in {lang}");
        }
    }
}

#[test]
fn no_subject_tells_a_code_a_link_or_a_name() {
    for lang in Lang::ALL {
        for (name, mail) in mails(lang) {
            let subject = &mail.subject;
            assert!(!subject.chars().any(|c| c.is_ascii_digit()) && !subject.contains("://"), "{name}: {subject}");
            assert!(!subject.contains("PARKLAND") && subject.chars().count() <= 78, "{name}: {subject}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_nothing_runs() {
    for (name, mail) in mails(Lang::En) {
        for picture in mail.html.split("<img ").skip(1) {
            let named = |one: &Picture| picture.starts_with(&format!("src=\"cid:{}\" ", one.id));
            assert!(mail.pictures.iter().any(named), "{name} shows a picture that does not travel in it");
            assert!(picture.contains(" alt=\"QR code of the link above\"") || picture.contains("Kod QR"), "{name}");
        }
        assert!(!mail.standalone_html().contains("cid:"), "{name}");
        for forbidden in ["<script", "<table", " style=", "@import", "url(", "<link", "<form", "javascript:"] {
            assert!(!mail.html.contains(forbidden), "{name} holds {forbidden}");
        }
    }
}

#[test]
fn whoever_is_told_of_a_change_is_told_what_to_do_if_it_was_somebody_else() {
    let changes = ["enrolment.", "person.contact-changed", "device.bound", "device.revoked"];
    let tells = |name: &str| changes.iter().any(|change| name.starts_with(change));
    for (name, mail) in mails(Lang::Ms).into_iter().filter(|(name, _)| tells(name)) {
        assert!(mail.text.contains("03-8891 4797") && mail.text.contains("hims.aduan@example.test"), "{name}");
        assert!(mail.text.contains("Bukan saya") || mail.text.contains("Jika tuan/puan tidak"), "{name}");
    }
}

/// EKYC-3, EKYC-4, EKYC-7, EKYC-8, FAQ-5.
#[test]
fn the_identity_mail_leads_to_app_guide_developer_and_help_as_configured() {
    let mut paper = stationery();
    paper.brand.app_url = Some("https://muat-turun.example.test/aplikasi".to_owned());
    paper.brand.guide_url = Some("https://muat-turun.example.test/panduan".to_owned());
    "03-0000 0000".clone_into(&mut paper.hims.help_line);
    "bantuan@example.test".clone_into(&mut paper.hims.help_mail);
    for lang in Lang::ALL {
        let letters = hims::letters::samples(&paper, lang);
        let (_, letter) = letters.into_iter().find(|(name, _)| *name == "hims.mail-1").expect("MAIL-1");
        let mail = render(&letter, "HIMS ADMIN <hims@example.test>", "01J");
        for part in [
            "https://muat-turun.example.test/aplikasi",
            "https://muat-turun.example.test/panduan",
            "Panduan Manual eKYC",
            "sila hubungi pemaju PARKLAND AVENUE SDN. BHD. untuk bantuan selanjutnya",
            "contact the developer PARKLAND AVENUE SDN. BHD. for further help",
            "03-0000 0000",
            "bantuan@example.test",
            "Sila abaikan e-mel ini sekiranya tuan/puan telah melaksanakan proses eKYC.",
        ] {
            assert!(mail.text.contains(part), "{part} in {lang}: {}", mail.text);
        }
        assert!(!mail.text.contains("/panduan-ekyc"), "nothing of the default is left");
    }
}

#[test]
fn an_operator_may_choose_another_subject() {
    let mut paper = stationery();
    paper.brand.mail_subjects.insert("mail-1-subject".to_owned(), "Sila lengkapkan eKYC".to_owned());
    let letters = hims::letters::samples(&paper, Lang::Ms);
    assert_eq!((letters[0].0, letters[0].1.subject.as_str()), ("hims.mail-1", "Sila lengkapkan eKYC"), "GAP-1");
}
