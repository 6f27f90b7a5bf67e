-- Where a picture is from, as the phone says: 'camera', 'file', or nothing.
ALTER TABLE ekyc_picture ADD COLUMN source TEXT NOT NULL DEFAULT '';
