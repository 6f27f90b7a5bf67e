# Resetting the PIN: address, form, waiting for the phone (SCR-7 to SCR-9)
web-reset-title = Reset Digital Certificate PIN
web-reset-why = Enter the e-mail address registered for your digital certificate. A code will be sent there.
web-reset-email = Email
web-reset-email-hint = Example: aina@example.com
web-reset-check = Check
web-reset-checked-title = Check completed
web-reset-checked-text = If that address is registered for a digital certificate, a six-digit code has been sent to it. The code is valid for 10 minutes. Press OK to continue.

web-reset-form-title = Reset Digital Certificate PIN
web-reset-id = Identification Card No. / Passport No.
web-reset-code = Code
web-reset-code-hint = 6 digits from the e-mail, or a TOTP code from the { $app } app.
web-reset-new-pin = New PIN
web-reset-confirm-pin = Confirm PIN
web-reset-rule-length = PIN must be between 8-16 characters.
web-reset-rule-upper = PIN must contain at least one uppercase.
web-reset-rule-lower = PIN must contain at least one lowercase.
web-reset-rule-digit = PIN must contain at least one number.
web-reset-rule-symbol = PIN must contain at least one symbol.
web-reset-rule-alphabet = PIN must not contain spaces or other characters.
web-reset-rule-same = New PIN and Confirm PIN must be the same.
web-reset-next = After Submit, the { $app } app on your phone will ask you to confirm. Your old PIN does not change until you confirm there. Signatures already made stay valid.

web-reset-wait-title = Confirm on your phone
web-reset-wait-text = Open the { $app } app and confirm this PIN reset. This page updates itself.
web-reset-wait-until = Please confirm before { $until }.
web-reset-making-title = Your new PIN is being prepared
web-reset-making-text = Your phone's confirmation has been received. Please wait a moment.
web-reset-done-title = Digital Certificate PIN Reset Successful
web-reset-done-text = Please go to the Signature page and use the newly reset PIN.
web-reset-declined-title = The PIN reset was declined
web-reset-declined-text = This request was declined on your phone. Your old PIN has not changed. If you did not ask for this, press "Not me" in the { $app } app.
web-reset-expired-title = The time to confirm is over
web-reset-expired-text = Your phone did not confirm in time. Your old PIN has not changed. Please start again with a new code.
web-reset-replaced-title = This request was replaced
web-reset-replaced-text = A newer request was made after this one. Please continue with that one, or start again.
web-reset-failed-title = The PIN was not reset
web-reset-failed-text = Your phone's confirmation can no longer be used, for example because the phone was replaced. Your old PIN has not changed. Please start again.

web-reset-code-first = Enter the code from the e-mail first; after that you choose the new PIN.
web-reset-proven = The code was accepted. Now choose the new PIN.
web-reset-cancelled-title = The new PIN was stopped
web-reset-cancelled-text = This new PIN was stopped by e-mail or by "Not me". Your old PIN has not changed. If it was you who asked for it, please contact the help line before you try again.
web-reset-day-title = Your new PIN waits for 24 hours
web-reset-day-text = No phone of yours can confirm it now. The new PIN comes into force on { $ready } unless somebody stops it. Until then your old PIN does not change.
web-reset-day-desk = In a hurry? Come to the counter with your identity card or passport, or register a phone and start again.
web-reset-day-mail = A mail is sent now with a link to stop it, and another when the PIN is in force. The review period of your eSPA is extended by as long. You can close this page.
