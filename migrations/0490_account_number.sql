-- Whose account it is: the keyed index of the identity document, as in `person`. The number itself is not kept.
ALTER TABLE account ADD COLUMN id_index TEXT;
CREATE UNIQUE INDEX account_one_of_a_person ON account (id_index) WHERE state <> 'DISABLED';
