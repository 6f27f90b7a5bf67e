package test.example.mohor

import android.os.Bundle
import android.view.WindowManager
import androidx.activity.enableEdgeToEdge
import io.crates.keyring.Keyring

class MainActivity : TauriActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    // The keyring finds the Android Keystore through this context; before the program starts.
    Keyring.initializeNdkContext(applicationContext)
    // Codes and pictures of identity cards stay out of screenshots and of the list of recent apps.
    window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
    enableEdgeToEdge()
    super.onCreate(savedInstanceState)
  }
}
