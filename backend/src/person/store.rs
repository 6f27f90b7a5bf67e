//! SQL of the person room, and rows into types.

use super::contact::{Channel, Contact};
use super::id::PersonId;
use super::model::{IdKind, Person};
use super::name::PersonName;
use super::place::{Country, PostalAddress, Postcode};
use crate::args;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::words::Lang;

crate::sql! {
    INSERT = "INSERT INTO person (id, name, id_kind, id_index, id_sealed, lang, created_at, found_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id_index) DO NOTHING";
    BY_ID = "SELECT id, name, id_kind, id_sealed, lang, nationality, address, postcode, contact_changed_at
        FROM person WHERE id = $1";
    BY_INDEX = "SELECT id, name, id_kind, id_sealed, lang, nationality, address, postcode, contact_changed_at
        FROM person WHERE id_index = $1";
    CORRECT_NAME = "UPDATE person SET name = $2, found_by = $3 WHERE id_index = $1 RETURNING id";
    /// Rows from before names were folded.
    UNFOLDED = "SELECT id, name FROM person WHERE found_by IS NULL ORDER BY id LIMIT $1";
    /// Unless the name was mended meanwhile.
    FOLD = "UPDATE person SET found_by = $3 WHERE id = $1 AND name = $2";
    ID_BY_INDEX = "SELECT id FROM person WHERE id_index = $1";
    HOLDS = "SELECT id_index FROM person WHERE id = $1";
    COMPLETE = "UPDATE person SET nationality = COALESCE(nationality, $2), address = COALESCE(address, $3),
        postcode = COALESCE(postcode, $4) WHERE id = $1 RETURNING nationality, address, postcode";
    SPEAK = "UPDATE person SET lang = $2 WHERE id = $1";
    /// Changes nothing; on PostgreSQL whoever does the same waits until this transaction ends.
    HOLD = "UPDATE person SET lang = lang WHERE id = $1";
    CONTACT_CHANGED = "UPDATE person SET contact_changed_at = $2 WHERE id = $1";
    /// The contacts in use: proven ones first, then the newest.
    CONTACTS = "SELECT id, person, channel, value, proven_at FROM person_contact
        WHERE person = $1 AND state <> 'REPLACED' ORDER BY CASE state WHEN 'PROVEN' THEN 0 ELSE 1 END, id DESC";
    CONTACT = "SELECT id, person, channel, value, proven_at FROM person_contact WHERE id = $1 AND state <> 'REPLACED'";
    /// Also one that was replaced: its holder is told of the change.
    ANY_CONTACT = "SELECT id, person, channel, value, proven_at FROM person_contact WHERE id = $1";
    SAME_CONTACT = "SELECT id, person, channel, value, proven_at FROM person_contact
        WHERE person = $1 AND channel = $2 AND value = $3 AND state <> 'REPLACED'";
    HOLDER = "SELECT person FROM person_contact WHERE channel = $1 AND value = $2 AND state = 'PROVEN'";
    WITHDRAW = "UPDATE person_contact SET state = 'REPLACED', replaced_at = $3
        WHERE person = $1 AND channel = $2 AND state = 'PROPOSED'";
    PROPOSE = "INSERT INTO person_contact (id, person, channel, value, state, generation, proposed_at)
        VALUES ($1, $2, $3, $4, 'PROPOSED', 0, $5)";
    NEXT_CODE = "UPDATE person_contact SET generation = generation + 1, code_until = $2
        WHERE id = $1 AND state = 'PROPOSED' AND channel = 'email' RETURNING generation";
    CODE = "SELECT generation, code_until FROM person_contact WHERE id = $1 AND state = 'PROPOSED'";
    REPLACE = "UPDATE person_contact SET state = 'REPLACED', replaced_at = $3
        WHERE person = $1 AND channel = $2 AND state = 'PROVEN' RETURNING id";
    PROVE = "UPDATE person_contact SET state = 'PROVEN', proven_at = $2, code_until = NULL
        WHERE id = $1 AND state = 'PROPOSED' RETURNING person, channel, value";
}

/// The person of `row`, with the contacts in use.
pub(super) async fn person(tx: &mut Tx, row: &Row) -> Result<Person, DbError> {
    let id: PersonId = row.id("id")?;
    let odd = |what: &str| DbError::Inconsistent(format!("person {id}: {what}"));
    let contacts = tx.all(CONTACTS, args![&id]).await?;
    let contacts = contacts.iter().map(contact).collect::<Result<Vec<_>, _>>()?;
    let first = |channel| contacts.iter().find(|contact| contact.channel == channel).cloned();
    let optional = |column| row.opt_text(column);
    Ok(Person {
        name: PersonName::parse(&row.text("name")?).map_err(|_| odd("name"))?,
        lang: Lang::from_tag(&row.text("lang")?),
        nationality: optional("nationality")?
            .map(|code| Country::parse(&code))
            .transpose()
            .map_err(|_| odd("nationality"))?,
        address: optional("address")?
            .map(|line| PostalAddress::parse(&line))
            .transpose()
            .map_err(|_| odd("address"))?,
        postcode: optional("postcode")?.map(|code| Postcode::parse(&code)).transpose().map_err(|_| odd("postcode"))?,
        email: first(Channel::Email),
        phone: first(Channel::Phone),
        contact_changed_at: row.opt_time("contact_changed_at")?,
        id_kind: IdKind::from_stored(&row.text("id_kind")?).ok_or_else(|| odd("id_kind"))?,
        id_sealed: row.bytes("id_sealed")?,
        id,
    })
}

/// The contact of `row`.
pub(super) fn contact(row: &Row) -> Result<Contact, DbError> {
    let channel = row.text("channel")?;
    let channel =
        Channel::from_stored(&channel).ok_or_else(|| DbError::Inconsistent(format!("contact channel {channel}")))?;
    Ok(Contact::new(row.id("id")?, row.id("person")?, channel, row.text("value")?, row.opt_time("proven_at")?))
}
