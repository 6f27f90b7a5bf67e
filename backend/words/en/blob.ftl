problem-storage-full = The storage is full
    .remedy = Nothing was lost and nothing was stored halfway. The administrators have been told; please try again later.
problem-storage-failed = The document could not be read
    .remedy = Please contact support with this reference number.
