//! The folder of a server: its name, and the lock that lets one server at a time work there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::kernel::rng::Rng;

/// Why a server does not work in a folder.
#[derive(Debug, thiserror::Error)]
pub enum PremisesError {
    /// Another one does.
    #[error(
        "pelayan lain sedang bekerja dalam folder {0}: hentikan pelayan itu dahulu, atau beri pelayan ini folder sendiri \
         · another server is at work in the folder {0}: stop it first, or give this one a folder of its own"
    )]
    Occupied(PathBuf),
    /// Nobody ever worked there.
    #[error("{0}: tiada pelayan pernah bekerja dalam folder ini · no server has ever worked in this folder")]
    Unknown(PathBuf),
    /// The folder cannot be used.
    #[error("{0}: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// The right to be the one server of a folder. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
#[must_use = "the folder is free again when this is dropped"]
pub struct Occupied(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

/// The file with the name of the server.
const NAME: &str = "server.name";

/// Takes the folder.
///
/// # Errors
/// [`PremisesError::Occupied`] while another server has it.
pub fn occupy(folder: &Path) -> Result<Occupied, PremisesError> {
    let failed = |error| PremisesError::Folder(folder.to_owned(), error);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("server.lock"));
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Occupied(file)),
        Err(TryLockError::WouldBlock) => Err(PremisesError::Occupied(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The name of the server that works or worked here; a folder without one stays without.
///
/// # Errors
/// [`PremisesError::Unknown`], [`PremisesError::Folder`].
pub fn known_name(folder: &Path) -> Result<String, PremisesError> {
    let path = folder.join(NAME);
    match fs::read_to_string(&path) {
        Ok(name) => Ok(name.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(PremisesError::Unknown(folder.to_owned())),
        Err(error) => Err(PremisesError::Folder(path, error)),
    }
}

/// The name of the server that works here, the same in every life: what it left in the database is found by it.
///
/// # Errors
/// [`PremisesError::Folder`].
pub fn name(folder: &Path, rng: &dyn Rng) -> Result<String, PremisesError> {
    match known_name(folder) {
        Err(PremisesError::Unknown(_)) => {}
        known => return known,
    }
    let path = folder.join(NAME);
    let failed = |error| PremisesError::Folder(path.clone(), error);
    // Written beside and linked: nobody reads half a name, and of two at once one name stays.
    let name = hex::encode(rng.bytes::<8>());
    let draft = folder.join(format!("{NAME}.{name}"));
    let write = || -> std::io::Result<()> {
        let mut file = File::create_new(&draft)?;
        writeln!(file, "{name}")?;
        file.sync_all()
    };
    let linked = write().and_then(|()| fs::hard_link(&draft, &path));
    _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(name),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(fs::read_to_string(&path).map_err(failed)?.trim().to_owned())
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::OsRng;

    #[test]
    fn a_folder_has_one_server_at_a_time_and_is_free_when_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = occupy(folder.path()).expect("free");
        let refused = occupy(folder.path()).expect_err("taken");
        assert!(matches!(refused, PremisesError::Occupied(_)));
        let said = refused.to_string();
        assert!(said.contains("pelayan lain sedang bekerja") && said.contains("another server is at work"), "{said}");
        drop(first);
        assert!(occupy(folder.path()).is_ok());
    }

    #[test]
    fn a_folder_keeps_its_name_and_two_at_once_agree_on_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| name(folder.path(), &OsRng).expect("a name"))).collect();
            starts.into_iter().map(|start| start.join().expect("ends")).collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(names.len(), 1, "{names:?}");
        assert_eq!(Some(&name(folder.path(), &OsRng).expect("a name")), names.first());
        let other = tempfile::tempdir().expect("a folder");
        assert_ne!(Some(&name(other.path(), &OsRng).expect("a name")), names.first());
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 1, "no drafts are left");
    }
}
