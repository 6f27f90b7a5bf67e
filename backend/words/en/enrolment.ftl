problem-certificate-not-needed = Your digital certificate is still valid
    .remedy = No new certificate is needed. If you forgot the PIN, please use "Forgot the certificate PIN?".
problem-phone-needed = A registered phone is needed
    .remedy = This request must be approved on your phone. Please register a phone, or wait 24 hours after changing phones.
problem-certificate-underway = Your digital certificate is being generated
    .remedy = You have approved it on your phone. Please wait a moment and reload this page.
problem-pin-reset-mismatch = The particulars do not match
    .remedy = Please check e-mail, identity card or passport number, and code. A code counts for 10 minutes; only the newest one is accepted.
problem-pin-reset-no-certificate = There is no valid digital certificate
    .remedy = The PIN is set together with a new certificate. Please generate one using the link in your e-mail.

approve-certificate = Generate a new digital certificate?
approve-pin-reset = Reset the certificate PIN?
approve-name = Name in the certificate
approve-until = Valid until
approve-key = Key fingerprint

notice-certificate-failed = The digital certificate could not be generated. Please begin again on the certificate page.
notice-pin-reset = The PIN of your certificate has been reset. Not you? Press "Not me".

mail-certificate-subject = Digital Certificate Generated
mail-certificate-body = Your digital signing certificate has been generated and is valid until { $until }.
mail-certificate-not-me = Not you? Press "Not me" in the { $app } app at once, then contact { $line } or { $mail }.
mail-pin-reset-subject = Digital Certificate PIN Reset Successful
mail-pin-reset-body = The PIN of your digital certificate has been reset, and the new certificate is valid until { $until }. Signatures already made stay valid. Mailed codes are not accepted for 24 hours; please use the codes in the { $app } app.
mail-pin-reset-not-me = Not you? Press "Not me" in the { $app } app at once, then contact { $line } or { $mail }.
