phone-turn-title = Sale and purchase agreement (eSPA) · { $code } { $name } · Unit { $unit }
