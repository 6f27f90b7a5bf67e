//! Work in a task of its own: what must go on without its request, and what takes long on a big document.

use tokio::task::JoinHandle;

use super::model::SignError;

/// Goes on when the one who asked goes away. At shutdown it is a crash, which recovery is made for.
#[expect(clippy::disallowed_methods, reason = "awaited here; what shutdown ends, recovery finishes or releases")]
pub(super) async fn detached<T: Send + 'static>(
    task: impl Future<Output = Result<T, SignError>> + Send + 'static,
) -> Result<T, SignError> {
    joined(tokio::spawn(task)).await
}

/// Computes beside the threads that answer requests.
pub(super) async fn computed<T: Send + 'static>(
    task: impl FnOnce() -> Result<T, SignError> + Send + 'static,
) -> Result<T, SignError> {
    joined(tokio::task::spawn_blocking(task)).await
}

/// A panic over there is a panic here.
async fn joined<T>(task: JoinHandle<Result<T, SignError>>) -> Result<T, SignError> {
    match task.await {
        Ok(outcome) => outcome,
        Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        Err(_) => Err(SignError::Underway),
    }
}
