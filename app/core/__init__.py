"""Words that every feature uses: errors, columns, money, days and terms, settings, pinyin, progress."""
