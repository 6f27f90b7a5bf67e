problem-certificate-not-needed = Your digital certificate is still valid
    .remedy = No new certificate is needed. If you forgot the PIN, please use "Forgot the certificate PIN?".
problem-phone-needed = A registered phone is needed
    .remedy = This request must be approved on your phone. Open the app on your phone, choose registration and fill in e-mail, identity number and phone number; a link is sent to you. Changed phones just now? Wait 24 hours.
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
mail-pin-reset-body = The PIN of your digital certificate has been reset, and the new certificate is valid until { $until }. Signatures already made stay valid.
mail-pin-reset-codes = Mailed codes are not accepted for signing until { $blocked }; please use the codes in the { $app } app.
mail-pin-reset-not-me = Not you? Press "Not me" in the { $app } app at once, then contact { $line } or { $mail }.

mail-reset-waits-subject = A New PIN Waits for a Day
mail-reset-waits-body = A new PIN for your digital certificate was asked for with your e-mail address, a code and your identity number, without a phone. It comes into force on { $ready } unless somebody stops it. Until then the old PIN does not change, and a review period of your eSPA that is running is extended by as long.
mail-reset-waits-desk = In a hurry? Come to the counter with your identity card or passport; a member of staff can confirm it at once.
mail-reset-waits-not-me = Not you? Stop it with the link below, or press "Not me" in the { $app } app, then contact { $line } or { $mail }.
mail-reset-waits-cancel = Stop the new PIN
mail-reset-cancelled-subject = The PIN Reset Was Stopped
mail-reset-cancelled-body = The new PIN that was waiting was stopped. Your old PIN does not change.
mail-reset-cancelled-not-me = If it was not you who stopped it, please contact { $line } or { $mail }.
notice-pin-reset-waits = A new PIN was asked for without a phone. It comes into force on { $ready }. Not you? Press "Not me" to stop it.
notice-pin-reset-cancelled = The new PIN that was waiting was stopped on { $at }. The old PIN does not change.

problem-pin-reset-over = The time to choose a new PIN is over
    .remedy = Nothing has changed. Please start again with your e-mail address for a new code.
problem-pin-reset-link-unknown = This link is not known
    .remedy = Please open the link straight from the mail, or contact the help line.
problem-pin-reset-not-waiting = No new PIN is waiting
    .remedy = It was stopped, has come into force, or was asked for again. If it was not you who asked for it, contact the help line at once.
problem-pin-reset-own = This is your own PIN
    .remedy = Another member of staff has to decide.
