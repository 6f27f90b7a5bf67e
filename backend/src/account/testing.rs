//! Somebody signed in, for the tests of doors.

use super::model::{AccountId, Role};
use super::password::{self, Password};
use super::{SessionToken, session, store, totp};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::PersonId;

crate::sql! {
    NUMBER_OF = "SELECT id_index FROM person WHERE id = $1";
    MAKE_ACTIVE = "UPDATE account SET state = 'ACTIVE', password = $3, totp = $2 WHERE id = $1";
}

/// An active account that holds `role`, perhaps of a natural person, with an open session.
pub(crate) async fn signed_in(work: &Work, role: Role, person: Option<&PersonId>) -> SessionToken {
    open(work, &AccountId::new(work), role, person, (vec![0_u8], "none".to_owned())).await
}

/// Somebody signed in who can prove it again.
pub(crate) struct Proved {
    /// The account.
    pub(crate) account: AccountId,
    /// The open session.
    pub(crate) token: SessionToken,
    secret: Secret<Vec<u8>>,
}

impl Proved {
    /// What the authenticator app shows at `now`.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        totp::code_at(&self.secret, now.seconds().div_euclid(30)).expect("after 1970").expose().to_owned()
    }
}

/// The same with a password and an authenticator app.
pub(crate) async fn signed_in_with_secrets(work: &Work, keys: &dyn KeyStore, role: Role, password: &str) -> Proved {
    let (account, secret) = (AccountId::new(work), totp::fresh(work.rng()));
    let sealed = totp::seal(keys, work.rng(), &account, &secret).await.expect("seals");
    let hash = password::hash(work.rng(), &Password::typed(password)).await.expect("hashes");
    let token = open(work, &account, role, None, (sealed, hash)).await;
    Proved { account, token, secret }
}

async fn open(
    work: &Work,
    id: &AccountId,
    role: Role,
    person: Option<&PersonId>,
    (totp, password): (Vec<u8>, String),
) -> SessionToken {
    let mut tx = work.write().await.expect("begins");
    let email = format!("{id}@example.test").to_lowercase();
    // Whose account it is: the person's, or some stranger's.
    let number = match person {
        Some(person) => tx.one(NUMBER_OF, args![person]).await.expect("a person").text("id_index").expect("an index"),
        None => format!("nombor-{id}"),
    };
    let row = args![id, email, "Pegawai Ujian", "ms", None::<&str>, number, id.as_str(), work.now, work.now];
    tx.execute(store::ADD, row).await.expect("adds");
    tx.execute(store::ADD_ROLE, args![id, role.as_str()]).await.expect("adds");
    tx.execute(MAKE_ACTIVE, args![id, totp, password]).await.expect("activates");
    let token = session::open(work, &mut tx, id, None).await.expect("opens");
    tx.commit().await.expect("commits");
    token
}
