import "../day-line.js"
