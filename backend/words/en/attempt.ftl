problem-tries-spent = Every try has been used
    .remedy = The limit of { $limit } tries is reached. Please prove who you are again to continue.
problem-too-many-tries = Too many tries
    .remedy = Please try again after { $until }.
