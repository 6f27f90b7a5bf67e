phone-turn-title = Perjanjian Jual Beli (eSPA) · { $code } { $name } · Unit { $unit }
