-- One object a finding.
SELECT value AS json FROM json_each(:items) ORDER BY key;
