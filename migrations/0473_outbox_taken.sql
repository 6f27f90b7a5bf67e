-- outbox: whether the mail server took anything lately.
CREATE INDEX outbox_taken ON outbox (done_at) WHERE kind = 'mail' AND state = 'DONE';
