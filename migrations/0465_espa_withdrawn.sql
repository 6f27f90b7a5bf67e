-- Who sent a version back when it was not its signer: the account of the developer's clerk.
ALTER TABLE espa_correction ADD COLUMN account TEXT;
