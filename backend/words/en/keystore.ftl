problem-key-damaged = The stored key cannot be used
    .remedy = Nothing was signed. The stored key is not as it was saved; please contact support with this reference number.
problem-key-store-unavailable = The key store does not answer
    .remedy = Nothing was signed and nothing was lost. Please try again in a few minutes.
problem-key-store-failed = The key could not be used
    .remedy = Nothing was signed. Please try again; if it goes on, contact support with this reference number.
