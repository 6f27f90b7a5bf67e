//! Somebody signed in, for the tests of doors.

use super::model::{AccountId, Role};
use super::{SessionToken, session, store};
use crate::args;
use crate::kernel::work::Work;
use crate::person::PersonId;

crate::sql! {
    MAKE_ACTIVE = "UPDATE account SET state = 'ACTIVE', password = 'none', totp = $2 WHERE id = $1";
}

/// An active account that holds `role`, perhaps of a natural person, with an open session.
pub(crate) async fn signed_in(work: &Work, role: Role, person: Option<&PersonId>) -> SessionToken {
    let id = AccountId::new(work);
    let mut tx = work.write().await.expect("begins");
    let email = format!("{id}@example.test").to_lowercase();
    let row = args![&id, email, "Pegawai Ujian", "ms", None::<&str>, person, id.as_str(), work.now, work.now];
    tx.execute(store::ADD, row).await.expect("adds");
    tx.execute(store::ADD_ROLE, args![&id, role.as_str()]).await.expect("adds");
    tx.execute(MAKE_ACTIVE, args![&id, vec![0_u8]]).await.expect("activates");
    let token = session::open(work, &mut tx, &id, None).await.expect("opens");
    tx.commit().await.expect("commits");
    token
}
