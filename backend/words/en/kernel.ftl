problem-database-busy = The system is busy
    .remedy = Nothing was lost. Please try again in a moment.
problem-changed-meanwhile = The information has changed
    .remedy = Please reload this page and try again.
problem-database-failed = The information could not be stored
    .remedy = Nothing was changed. Please try again; if it goes on, contact support with this reference number.
