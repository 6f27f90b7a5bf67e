package io.crates.keyring

import android.content.Context

/** The entry that the crate android-native-keyring-store exports from the program's library. */
class Keyring {
  companion object {
    init {
      System.loadLibrary("mohor_app_lib")
    }

    external fun initializeNdkContext(context: Context)
  }
}
