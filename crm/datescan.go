package crm

// scanNumbers reads all numbers that a pattern asks for; see scanFields.
func scanNumbers(text, pattern string) (n [3]uint32, ok bool) {
	want := 0
	for _, c := range []byte(pattern) {
		if c == '#' || c >= '1' && c <= '9' {
			want++
		}
	}
	n, fields := scanFields(text, pattern)
	return n, fields == want
}

// scanFields reads numbers as far as text follows the pattern and says how many
// it found. In a pattern # is a number of any length, a digit one of at most so
// many characters, a blank stands for nothing and all else for itself. Numbers
// may have a sign and wrap around at 32 bits, as they do in scanf.
func scanFields(text, pattern string) (n [3]uint32, fields int) {
	for _, c := range []byte(pattern) {
		switch {
		case c == ' ':
		case c == '#' || c >= '1' && c <= '9':
			limit := len(text)
			if c != '#' {
				limit = int(c - '0')
			}
			value, used := scanNumber(text, limit)
			if used == 0 {
				return n, fields
			}
			n[fields] = value
			fields++
			text = text[used:]
		case text == "" || text[0] != c:
			return n, fields
		default:
			text = text[1:]
		}
	}
	return n, fields
}

// scanNumber reads one number of at most limit characters and says how many it
// took, leading blanks included; 0 if there is none.
func scanNumber(text string, limit int) (value uint32, used int) {
	for used < len(text) && isBlank(text[used]) {
		used++
	}
	end := min(len(text), used+limit)
	negative := used < end && text[used] == '-'
	if used < end && (text[used] == '-' || text[used] == '+') {
		used++
	}
	first := used
	for used < end && text[used] >= '0' && text[used] <= '9' {
		value = 10*value + uint32(text[used]-'0')
		used++
	}
	if used == first {
		return 0, 0
	}
	if negative {
		value = -value
	}
	return value, used
}
