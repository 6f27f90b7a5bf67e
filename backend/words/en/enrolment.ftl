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

notice-certificate-active = Your digital certificate has been generated and is ready for use.
notice-certificate-failed = The digital certificate could not be generated. Please begin again on the certificate page.
notice-pin-reset = Your certificate PIN has been reset. If this was not you, press "Not me".

mail-certificate-subject = Digital certificate generated
mail-certificate-body = Your signing certificate has been generated and is valid until { $until }. If you did not ask for it, please contact { $line } or { $mail } at once.
mail-pin-reset-subject = Digital Certificate PIN Reset Successful
mail-pin-reset-body = Your certificate PIN has been reset and the new certificate is valid until { $until }. Signatures already made stay valid. Mailed codes are not accepted for 24 hours; please use codes from the app.
mail-pin-reset-not-me = If this was not you, do not share this code, press "Not me" in the app and contact { $line } or { $mail }.
