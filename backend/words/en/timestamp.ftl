problem-timestamp-unavailable = The time-stamp service does not answer
    .remedy = Your signature is kept and will be completed by itself when the service answers. You need not sign again.
problem-timestamp-refused = The time-stamp service refused the request
    .remedy = Your signature is kept and will be completed after the service has been put right. You need not sign again.
