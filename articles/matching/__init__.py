"""Has this been checked already? Claims on record that say what a text says, with reasons and a yes or no."""
