// Tokens of Pol. The lexer runs over bytes: compiler/syntax/scan.cpp has
// already shown that the text is valid UTF-8 and that only comments and
// strings hold anything but ASCII, so a token's start and stop are byte
// offsets.
//
// Words come in two groups. Reserved ones are never names (but for a member
// after a dot); the others are keywords only where a declaration asks for them
// and are names elsewhere (rule `name` of PolParser.g4). A new word belongs in
// exactly one of the parser's two lists.
lexer grammar PolLexer;

channels { COMMENTS, DOCS }

// ---- reserved words ----
K_ALL: 'all';
K_ALLOW: 'allow';
K_AND: 'and';
K_ANY: 'any';
K_AS: 'as';
K_ASK: 'ask';
K_ASSERT: 'assert';
K_BY: 'by';
K_CATALOG: 'catalog';
K_CHARGE: 'charge';
K_CLASS: 'class';
K_CONTAINS: 'contains';
K_DEFAULT: 'default';
K_DENY: 'deny';
K_ELSE: 'else';
K_ENDS: 'ends';
K_EXCEPT: 'except';
K_FALSE: 'false';
K_FINDS: 'finds';
K_FOR: 'for';
K_HAS: 'has';
K_IGNORING: 'ignoring';
K_IMPORT: 'import';
K_IN: 'in';
K_IS: 'is';
K_LIKE: 'like';
K_LIMIT: 'limit';
K_MARK: 'mark';
K_MATCHES: 'matches';
K_METHOD: 'method';
K_MODULE: 'module';
K_NOT: 'not';
K_NOW: 'now';
K_NULL: 'null';
K_ONLY: 'only';
K_OR: 'or';
K_POLICY: 'policy';
K_PREDICATE: 'predicate';
K_PROMPT: 'prompt';
K_REDACT: 'redact';
K_RESOURCE: 'resource';
K_SET: 'set';
K_STARTS: 'starts';
K_TEST: 'test';
K_TOOL: 'tool';
K_TRUE: 'true';
K_UNDER: 'under';
K_WHEN: 'when';
K_WITHIN: 'within';
K_ZONE: 'zone';

// ---- words that are keywords in their place only ----
K_ADVISORY: 'advisory';
K_AFTER: 'after';
K_ALWAYS: 'always';
K_APPROVE: 'approve';
K_AT: 'at';
K_BOOL: 'bool';
K_CALL: 'call';
K_CASE: 'case';
K_CONCURRENT: 'concurrent';
K_COST: 'cost';
K_DAY: 'day';
K_DAYS: 'days';
K_ERROR: 'error';
K_EXPECT: 'expect';
K_FILE: 'file';
K_GRANT: 'grant';
K_HIDDEN: 'hidden';
K_HOUR: 'hour';
K_HOURS: 'hours';
K_IP: 'ip';
K_LIST: 'list';
K_LISTED: 'listed';
K_MINUTE: 'minute';
K_MINUTES: 'minutes';
K_MONTH: 'month';
K_MOST: 'most';
K_NEVER: 'never';
K_NONE: 'none';
K_NUMBER: 'number';
K_OBJECT: 'object';
K_ON: 'on';
K_PER: 'per';
K_POL: 'pol';
K_READ: 'read';
K_REFUND: 'refund';
K_REJECT: 'reject';
K_ROLE: 'role';
K_ROLES: 'roles';
K_ROLLING: 'rolling';
K_SAME: 'same';
K_SECOND: 'second';
K_SECONDS: 'seconds';
K_SERVER: 'server';
K_SESSION: 'session';
K_STRING: 'string';
K_SUBJECT: 'subject';
K_SUPPRESS: 'suppress';
K_TIME: 'time';
K_TIMES: 'times';
K_WEEK: 'week';
K_WEEKS: 'weeks';
K_WITH: 'with';

NAME: [A-Za-z_] [A-Za-z0-9_]*;

// ---- literals ----
// JSON's numbers without a sign; `1..5` is 1, `..`, 5.
NUMBER: INTEGER ('.' [0-9]+)? ([eE] [+-]? [0-9]+)?;
// `01`, `0x1F`, `15minutes`: one token, so that one error says what it is.
BAD_NUMBER: [0-9] [0-9A-Za-z_]*;
STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';
RAW_STRING: 'r"' ~["\r\n]* '"';

fragment INTEGER: '0' | [1-9] [0-9]*;

// ---- symbols ----
LPAREN: '(';
RPAREN: ')';
LBRACE: '{';
RBRACE: '}';
LBRACKET: '[';
RBRACKET: ']';
SEMI: ';';
COMMA: ',';
COLON: ':';
DOTDOT: '..';
DOT: '.';
AT_SIGN: '@';
ASSIGN: '=';
EQUAL: '==';
NOT_EQUAL: '!=';
LESS_EQUAL: '<=';
LESS: '<';
GREATER_EQUAL: '>=';
GREATER: '>';
COALESCE: '??';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';
PIPE: '|';
AMP: '&';

// ---- between tokens ----
SPACE: [ \t\r\n]+ -> skip;
// Four slashes are a plain comment, as in a line of slashes.
RULE_COMMENT: '////' ~[\n]* -> channel(COMMENTS);
DOC: '///' ~[\n]* -> channel(DOCS);
LINE_COMMENT: '//' ~[\n]* -> channel(COMMENTS);
BLOCK_COMMENT: '/*' .*? '*/' -> channel(COMMENTS);

// Whatever is left: a token, so that the parser can say where it stands.
UNKNOWN: .;
