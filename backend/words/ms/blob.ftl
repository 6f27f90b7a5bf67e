problem-storage-full = Ruang simpanan penuh
    .remedy = Tiada maklumat hilang dan tiada apa-apa disimpan separuh jalan. Pentadbir telah dimaklumkan; sila cuba lagi kemudian.
problem-storage-failed = Dokumen tidak dapat dibaca
    .remedy = Sila hubungi bantuan dengan nombor rujukan ini.
