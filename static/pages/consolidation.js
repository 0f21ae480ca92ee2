import "../reading-keys.js"
