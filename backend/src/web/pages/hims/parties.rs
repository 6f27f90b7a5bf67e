//! The editor of parties: one row each, in the order of signing. Works without scripts: a row is added, moved
//! or taken away by a button that sends the form, and everything typed stays.

use crate::hims::{AgreementDetail, NewParty, PartyId, PartyLine, Role};
use crate::kernel::error::Fault;
use crate::kernel::words::Lang;
use crate::organisation::Title;
use crate::person::{Email, PersonName, Phone, PostalAddress};
use crate::web::pages::form::{FieldFault, Form, id_number};

/// The most parties (signing blocks of the document).
pub const MOST: usize = crate::document::generate::SLOTS;
/// The columns of a row.
const COLUMNS: [&str; 10] =
    ["pihak", "nama", "ic", "emel", "telefon", "alamat", "peranan", "saksi_kepada", "syarikat", "bahasa"];

/// One row: its place (from 1) and the names of its fields.
#[derive(Clone, Debug)]
pub struct Row {
    /// The place.
    pub n: usize,
    /// Field of the party that is kept as it was entered.
    pub keep: String,
    /// Field of the name.
    pub name: String,
    /// Field of the number.
    pub ic: String,
    /// Field of the address for mails.
    pub email: String,
    /// Field of the phone number.
    pub phone: String,
    /// Field of the postal address.
    pub address: String,
    /// Field of the role.
    pub role: String,
    /// Field of whom a witness attests.
    pub witness: String,
    /// Field of the company signed for.
    pub company: String,
    /// Field of the language.
    pub lang: String,
}

/// The rows that `form` has.
pub fn rows(form: &Form) -> Vec<Row> {
    let field = |column: &str, n: usize| format!("{column}.{n}");
    let row = |n: usize| Row {
        n,
        keep: field("pihak", n),
        name: field("nama", n),
        ic: field("ic", n),
        email: field("emel", n),
        phone: field("telefon", n),
        address: field("alamat", n),
        role: field("peranan", n),
        witness: field("saksi_kepada", n),
        company: field("syarikat", n),
        lang: field("bahasa", n),
    };
    form.rows("nama").into_iter().map(row).collect()
}

/// The rows a new agreement begins with: buyer, witness, developer, witness (HIMS-15).
pub fn fresh(lang: Lang) -> Form {
    let roles = [("pembeli", ""), ("saksi", "1"), ("pemaju", ""), ("saksi", "3")];
    let mut form = Form::new(lang);
    for (at, (role, witness)) in roles.into_iter().enumerate() {
        form = put(form, at + 1, |column| match column {
            "peranan" => role.to_owned(),
            "saksi_kepada" => witness.to_owned(),
            _ => String::new(),
        });
    }
    form
}

/// The editor of an agreement: what this page may say of its parties, or the rows to begin with. Numbers and
/// addresses are not filled in: the register may know others by now, and those are not the developer's to read. Left
/// empty they stay as they are.
pub fn begin(detail: &AgreementDetail, lang: Lang) -> Form {
    if detail.parties.is_empty() {
        return fresh(lang);
    }
    let witness = |line: &PartyLine| line.witness_of.map_or_else(String::new, |place| place.to_string());
    let rows = detail.parties.iter().enumerate();
    let form = rows.fold(Form::new(lang), |form, (at, line)| {
        put(form, at + 1, |column| match column {
            "pihak" => line.id.to_string(),
            "bahasa" => line.lang.tag().to_owned(),
            "nama" => line.name.clone(),
            "peranan" => line.title.role.as_str().to_owned(),
            "saksi_kepada" => witness(line),
            "syarikat" => line.on_behalf_of.clone().unwrap_or_default(),
            _ => String::new(),
        })
    });
    // The order is the one that stands, not the one of the roles.
    form.with("susunan", "senarai")
}

fn put(form: Form, n: usize, value: impl Fn(&str) -> String) -> Form {
    COLUMNS.iter().fold(form, |form, column| form.with(&format!("{column}.{n}"), &value(column)))
}

/// The form after the button `tambah`, `naik.n`, `turun.n` or `buang.n`; `None` for every other button.
pub fn rearranged(form: &Form, button: &str, lang: Lang) -> Option<Form> {
    let mut order = form.rows("nama");
    let (verb, n) = button.split_once('.').map_or((button, None), |(verb, n)| (verb, n.parse::<usize>().ok()));
    let at = n.and_then(|n| order.iter().position(|row| *row == n));
    match (verb, at) {
        ("tambah", _) if order.len() < MOST => order.push(usize::MAX),
        ("naik", Some(at)) if at > 0 => order.swap(at, at - 1),
        ("turun", Some(at)) if at + 1 < order.len() => order.swap(at, at + 1),
        ("buang", Some(at)) if order.len() > 1 => {
            order.remove(at);
        }
        ("tambah" | "naik" | "turun" | "buang", _) => {}
        _ => return None,
    }
    let mut next = Form::new(lang).with("susunan", form.value("susunan")).with("aksi", button);
    for (place, old) in order.iter().enumerate() {
        next = put(next, place + 1, |column| moved(form, column, *old, &order));
    }
    Some(next)
}

/// The old value of a column; a witness follows the row it attests.
fn moved(form: &Form, column: &str, old: usize, order: &[usize]) -> String {
    let value = form.value(&format!("{column}.{old}")).to_owned();
    if column != "saksi_kepada" {
        return value;
    }
    let witnessed: Option<usize> = value.parse().ok();
    let place = witnessed.and_then(|row| order.iter().position(|old| *old == row));
    place.map_or_else(String::new, |place| (place + 1).to_string())
}

/// What the server knows of the parties that are in the draft already.
pub type Kept = [(PartyId, NewParty)];

/// The parties typed, in order; rows with neither name nor number are left out. What is left empty of a party that
/// was entered before stays as it is in `kept`. Faults stay in the form.
pub fn parsed(form: &mut Form, kept: &Kept) -> Option<Vec<NewParty>> {
    let typed = |form: &Form, column: &str, n: usize| !form.value(&format!("{column}.{n}")).trim().is_empty();
    let rows: Vec<usize> =
        form.rows("nama").into_iter().filter(|n| typed(form, "nama", *n) || typed(form, "ic", *n)).collect();
    let parties: Vec<_> = rows.iter().map(|n| party(form, *n, &rows, kept)).collect();
    parties.into_iter().collect()
}

fn party(form: &mut Form, n: usize, rows: &[usize], kept: &Kept) -> Option<NewParty> {
    let field = |column: &str| format!("{column}.{n}");
    let name = form.parse(&field("nama"), PersonName::parse);
    // Another number is another person: then nothing of the one before is kept.
    let whole = kept.iter().find(|(id, _)| form.holds(&field("pihak"), id.as_str())).map(|(_, whole)| whole);
    let whole = whole.filter(|_| form.value(&field("ic")).trim().is_empty());
    let id = typed_or_kept(form, &field("ic"), whole.map(|whole| &whole.id), id_number);
    let email = typed_or_kept(form, &field("emel"), whole.map(|whole| &whole.email), Email::parse);
    let phone = typed_or_kept(form, &field("telefon"), whole.map(|whole| &whole.phone), Phone::parse);
    let address = form.parse_optional(&field("alamat"), PostalAddress::parse);
    let role = form.parse(&field("peranan"), |word| Role::from_stored(word).ok_or(FieldFault::Choice));
    let on_behalf_of = form.parse_optional(&field("syarikat"), Title::parse);
    let witness_of = match role {
        Some(Role::Saksi) => Some(form.parse(&field("saksi_kepada"), |row| place(row, rows))?),
        _ => None,
    };
    let lang = Lang::from_tag(form.value(&field("bahasa")));
    Some(NewParty {
        name: name?,
        id: id?,
        email: email?,
        phone: phone?,
        address: address?,
        lang,
        role: role?,
        witness_of,
        on_behalf_of: on_behalf_of?,
    })
}

/// What was typed into a field; when nothing was, what is kept.
fn typed_or_kept<T: Clone, F: Fault>(
    form: &mut Form,
    field: &str,
    kept: Option<&T>,
    parse: impl FnOnce(&str) -> Result<T, F>,
) -> Option<T> {
    match kept {
        Some(kept) if form.value(field).trim().is_empty() => Some(kept.clone()),
        _ => form.parse(field, parse),
    }
}

/// The place in the list of the row that a witness attests.
fn place(row: &str, rows: &[usize]) -> Result<usize, FieldFault> {
    let row: usize = row.parse().map_err(|_| FieldFault::Choice)?;
    rows.iter().position(|known| *known == row).ok_or(FieldFault::Choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_follows_the_row_it_attests() {
        let form = fresh(Lang::Ms).with("nama.1", "A").with("nama.2", "B").with("nama.3", "C").with("nama.4", "D");
        let form = rearranged(&form, "naik.3", Lang::Ms).expect("a button of ours");
        let names: Vec<_> = (1..=4).map(|n| form.value(&format!("nama.{n}")).to_owned()).collect();
        assert_eq!(names, ["A", "C", "B", "D"]);
        assert_eq!(form.value("saksi_kepada.3"), "1");
        assert_eq!(form.value("saksi_kepada.4"), "2");
        let form = rearranged(&form, "buang.2", Lang::Ms).expect("a button of ours");
        assert_eq!(form.value("saksi_kepada.3"), "", "whom it attested is gone");
        assert_eq!(rows(&rearranged(&form, "tambah", Lang::Ms).expect("a button of ours")).len(), 4);
        assert!(rearranged(&form, "simpan", Lang::Ms).is_none());
    }

    #[test]
    fn what_is_left_empty_of_a_known_party_stays_and_another_number_is_another_person() {
        let number = |text: &str| mohor_shared::ic::IdNumber::parse(text).expect("a number");
        let known = NewParty {
            name: PersonName::parse("Aminah binti Salleh").expect("a name"),
            id: number("900423105484"),
            email: Email::parse("aminah@example.test").expect("an address"),
            phone: Phone::parse("0123456789").expect("a number"),
            address: None,
            lang: Lang::Ms,
            role: Role::Pembeli,
            witness_of: None,
            on_behalf_of: None,
        };
        let id = PartyId::parse("01KA0000000000000000000000").expect("an id");
        let kept = [(id.clone(), known)];
        let form = || Form::new(Lang::Ms).with("pihak.1", id.as_str()).with("nama.1", "Aminah binti Salleh");
        let form = || form().with("peranan.1", "pembeli").with("bahasa.1", "en");
        let same = parsed(&mut form(), &kept).expect("nothing to type").remove(0);
        assert_eq!(
            (same.id.clone(), same.email.as_str(), same.lang),
            (number("900423105484"), "aminah@example.test", Lang::En)
        );
        let moved = parsed(&mut form().with("emel.1", "baharu@example.test"), &kept).expect("one field").remove(0);
        assert_eq!((moved.email.as_str(), moved.phone.as_str()), ("baharu@example.test", "+60123456789"));
        let mut other = form().with("ic.1", "880101145678");
        assert!(parsed(&mut other, &kept).is_none(), "nothing of the other person is kept");
        assert!(other.wrong_with("emel.1").is_some() && other.wrong_with("telefon.1").is_some());
        let mut invented = form().with("pihak.1", "01KA0000000000000000000001");
        assert!(parsed(&mut invented, &kept).is_none(), "a party of another agreement is nobody here");
    }

    #[test]
    fn faults_are_told_at_their_row() {
        let mut form = fresh(Lang::Ms).with("nama.1", "Aminah").with("ic.1", "900423105484").with("emel.1", "x");
        assert!(parsed(&mut form, &[]).is_none());
        assert!(form.wrong_with("emel.1").is_some() && form.wrong_with("nama.2").is_none(), "empty rows are left out");
    }
}
