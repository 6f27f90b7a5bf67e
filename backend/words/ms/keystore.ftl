problem-key-damaged = Kunci yang disimpan tidak dapat digunakan
    .remedy = Tiada apa-apa ditandatangani. Kunci yang disimpan tidak lagi seperti asal; sila hubungi bantuan dengan nombor rujukan ini.
problem-key-store-unavailable = Stor kunci tidak memberi respons
    .remedy = Tiada apa-apa ditandatangani dan tiada maklumat hilang. Sila cuba lagi dalam beberapa minit.
problem-key-store-failed = Kunci tidak dapat digunakan
    .remedy = Tiada apa-apa ditandatangani. Sila cuba lagi; jika berterusan, hubungi bantuan dengan nombor rujukan ini.
