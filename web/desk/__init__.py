"""The dispatcher's desk: the city's week, a school's week, solving, publishing."""
