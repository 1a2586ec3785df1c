// The grammar of Pol. A file is an optional `unitVersion`, one `unitHeader`
// and declarations; compiler/syntax/parse.cpp reads one `unit` at a time, so
// that an error in one costs nothing but that one, and checks their order.
//
// Rules to keep when changing this file:
//  - Every element that the tree builder reads has a label. The parser makes
//    no child lists (setBuildParseTree(false)): labels are all there is.
//  - Chains are loops, never recursion; what recurses is bounded before
//    parsing by counting brackets, `not` and `-` (scan.cpp).
//  - Decisions are LL(1) wherever possible: no prefix shared by alternatives.
//  - Rule names must not clash with the runtime's (`rule` does).
parser grammar PolParser;

options { tokenVocab = PolLexer; }

unit
  : K_POL version=NUMBER SEMI  # unitVersion
  | K_POLICY header=name (K_FOR K_SERVER servers+=nameOrString
      (COMMA servers+=nameOrString)*)? SEMI  # unitPolicy
  | K_MODULE header=name SEMI  # unitModule
  | suppressions+=suppression* body=declaration  # unitDeclaration
  ;

suppression
  : AT_SIGN K_SUPPRESS LPAREN check=string COMMA why=string RPAREN
  ;

declaration
  : K_IMPORT (path=dottedName | file=string) (K_AS alias=name)? SEMI
      # importDeclaration
  | K_CATALOG file=string advisory=K_ADVISORY? SEMI  # catalogDeclaration
  | K_SET id=name ASSIGN (K_FILE file=string | value=setExpr) SEMI
      # setDeclaration
  | K_PREDICATE id=name LPAREN
      (parameters+=name (COMMA parameters+=name)*)? RPAREN
      ASSIGN body=expr SEMI  # predicateDeclaration
  | K_CLASS id=name LBRACE members+=classMember* RBRACE  # classDeclaration
  | K_LIMIT id=name ASSIGN amount=signedNumber
      (concurrent=limitConcurrent | windowed=limitWindowed) SEMI
      # limitDeclaration
  | K_MARK id=name K_PER key=keyExpr K_FOR lifetime=duration
      K_ON on=target guard=whenClause? SEMI  # markDeclaration
  | effect=effectWord id=name reason=string? on=target?
      (K_EXCEPT except=target)? guard=whenClause? clauses+=ruleClause* SEMI
      # ruleDeclaration
  | K_DEFAULT (effect=effectWord | none=K_NONE) SEMI  # defaultDeclaration
  | K_ASSERT id=name COLON body=assertion SEMI  # assertDeclaration
  | K_TEST id=string LBRACE steps+=testStep* RBRACE  # testDeclaration
  ;

classMember: on=target guard=whenClause? SEMI;

limitConcurrent
  : K_CONCURRENT keys=keyList? (K_ON on=target guard=whenClause?)?
  ;

limitWindowed
  : K_PER every=window keys=keyList? (K_COST cost=sum)? rolling=K_ROLLING?
      (K_ON on=target guard=whenClause?)? (refund=K_REFUND K_ON K_ERROR)?
  ;

keyList: K_PER keys+=keyExpr (COMMA keys+=keyExpr)*;

keyExpr: tool=K_TOOL | argument=pathExpr;

window
  : unitWord=(K_SECOND | K_MINUTE | K_HOUR | K_DAY | K_WEEK | K_MONTH)
  ;

duration
  : amount=NUMBER unitWord=(K_SECOND | K_SECONDS | K_MINUTE | K_MINUTES
      | K_HOUR | K_HOURS | K_DAY | K_DAYS | K_WEEK | K_WEEKS)
  ;

// ---- rules ----

effectWord: word=(K_DENY | K_ASK | K_ALLOW);

target
  : K_CLASS id=qualifiedName  # classTarget
  | K_TOOL names+=nameOrString (COMMA names+=nameOrString)*  # toolTarget
  | K_RESOURCE under=K_UNDER? names+=string (COMMA names+=string)*
      # resourceTarget
  | K_PROMPT names+=nameOrString (COMMA names+=nameOrString)*  # promptTarget
  | K_METHOD names+=string (COMMA names+=string)*  # methodTarget
  ;

whenClause: K_WHEN condition=expr;

ruleClause
  : K_CHARGE charges+=chargeItem (COMMA charges+=chargeItem)*  # chargeClause
  | K_BY K_ROLE roles+=nameOrString (COMMA roles+=nameOrString)*  # roleClause
  | K_WITHIN limit=duration  # withinClause
  | K_REDACT paths+=pathExpr (COMMA paths+=pathExpr)*  # redactClause
  ;

chargeItem
  : id=qualifiedName
  | LPAREN id=qualifiedName orAsk=K_ELSE K_ASK RPAREN
  ;

// ---- assertions ----

assertion
  : never=K_NEVER effect=effectWord on=target? guard=whenClause?
      (K_AFTER after=target afterGuard=whenClause?)?  # neverAssertion
  | K_ALWAYS effect=effectWord on=target? guard=whenClause?  # alwaysAssertion
  | K_AT K_MOST bound=signedNumber effect=effectWord
      (K_PER every=window | K_IN anyWindow=K_ANY every=window)
      keys=keyList? on=target? guard=whenClause?  # atMostAssertion
  | K_SAME K_AS other=string (K_ON on=target guard=whenClause?)?
      # sameAssertion
  ;

// ---- test blocks ----

testStep
  : words+=identity+ SEMI  # identityStep
  | K_AT K_TIME LPAREN instant=string RPAREN SEMI  # atStep
  | K_AFTER wait=duration SEMI  # afterStep
  | K_CALL tool=nameOrString arguments=jsonObject?
      (K_TIMES times=NUMBER)? SEMI  # callStep
  | K_READ uri=string SEMI  # readStep
  | K_APPROVE (K_AS K_SUBJECT subject=nameOrString)? SEMI  # approveStep
  | K_REJECT SEMI  # rejectStep
  | K_EXPECT expectations+=expectation (COMMA expectations+=expectation)*
      SEMI  # expectStep
  ;

identity
  : K_AS? word=(K_GRANT | K_SUBJECT | K_SESSION) value=nameOrString
  | K_AS? word=K_ROLES LBRACE
      (roles+=nameOrString (COMMA roles+=nameOrString)* COMMA?)? RBRACE
  ;

expectation
  : effect=effectWord by=expectedBy? (K_TIMES times=NUMBER)?  # effectExpected
  | listed=(K_LISTED | K_HIDDEN) tool=nameOrString  # listedExpected
  ;

expectedBy
  : K_BY (isDefault=K_DEFAULT | K_LIMIT limit=qualifiedName
      | policyRule=qualifiedName)
  ;

jsonValue
  : object=jsonObject
  | LBRACKET (items+=jsonValue (COMMA items+=jsonValue)*)? RBRACKET
  | text=STRING
  | sign=MINUS? number=NUMBER
  | K_TRUE
  | K_FALSE
  | K_NULL
  ;

jsonObject
  : LBRACE (members+=jsonMember (COMMA members+=jsonMember)*)? RBRACE
  ;

jsonMember: key=STRING COLON value=jsonValue;

// ---- conditions, loosest first ----

expr: alternatives+=conjunction (K_OR alternatives+=conjunction)*;

conjunction: terms+=negation (K_AND terms+=negation)*;

negation: nots+=K_NOT* body=test;

test
  : left=sum tail=testTail?  # plainTest
  | K_HAS subject=pathExpr  # hasTest
  | quantifier=(K_ANY | K_ALL) variable=name K_IN over=pathExpr
      LPAREN body=expr RPAREN  # quantifiedTest
  ;

testTail
  : op=(EQUAL | NOT_EQUAL) right=sum fold=ignoringCase?  # equalTail
  | op=(LESS | LESS_EQUAL | GREATER | GREATER_EQUAL) right=sum  # orderTail
  | negated=K_NOT? op=(K_IN | K_LIKE | K_MATCHES | K_FINDS)
      (choices=setLiteral | right=sum (DOTDOT end=sum)?)
      fold=ignoringCase?  # memberTail
  | op=(K_STARTS | K_ENDS) K_WITH right=sum fold=ignoringCase?  # affixTail
  | K_CONTAINS right=sum fold=ignoringCase?  # containsTail
  | K_UNDER right=sum (SLASH segment=pathExpr)?  # underTail
  | K_IS type=(K_NULL | K_STRING | K_NUMBER | K_BOOL | K_LIST | K_OBJECT
      | K_IP)  # isTail
  | K_ONLY LBRACE (members+=nameOrString (COMMA members+=nameOrString)*
      COMMA?)? RBRACE  # onlyTail
  ;

ignoringCase: K_IGNORING K_CASE;

// ---- values ----

sum: terms+=product (ops+=(PLUS | MINUS) terms+=product)*;

product: factors+=signedTerm (STAR factors+=signedTerm)*;

signedTerm: signs+=MINUS* value=postfix;

postfix: base=primary (COALESCE fallback=literal)?;

primary
  : path=pathExpr (call=callArguments members+=memberAccess*)?  # pathPrimary
  | now=K_NOW (K_IN K_ZONE zone=string)? members+=memberAccess*  # nowPrimary
  | value=plainLiteral  # literalPrimary
  | LPAREN inner=expr RPAREN members+=memberAccess*  # groupPrimary
  ;

memberAccess: DOT id=member;

callArguments: LPAREN (arguments+=expr (COMMA arguments+=expr)*)? RPAREN;

pathExpr: root=name steps+=step*;

step
  : DOT id=member
  | LBRACKET (key=string | index=NUMBER) RBRACKET
  ;

plainLiteral: text=string | number=NUMBER | truth=(K_TRUE | K_FALSE);

literal: sign=MINUS? number=NUMBER | text=string | truth=(K_TRUE | K_FALSE);

signedNumber: sign=MINUS? number=NUMBER;

setExpr: terms+=setTerm (ops+=(PIPE | AMP | MINUS) terms+=setTerm)*;

setTerm
  : set=setLiteral
  | id=qualifiedName
  | LPAREN inner=setExpr RPAREN
  ;

setLiteral
  : LBRACE (members+=setMember (COMMA members+=setMember)* COMMA?)? RBRACE
  ;

// A name is a weekday's.
setMember: value=literal | id=name;

// ---- names ----

string: token=(STRING | RAW_STRING);

nameOrString: id=name | text=string;

qualifiedName: root=name (DOT members+=member)?;

dottedName: root=name (DOT members+=member)*;

// Any word may follow a dot.
member: name | reservedWord;

name
  : NAME
  | K_ADVISORY | K_AFTER | K_ALWAYS | K_APPROVE | K_AT | K_BOOL | K_CALL
  | K_CASE | K_CONCURRENT | K_COST | K_DAY | K_DAYS | K_ERROR | K_EXPECT
  | K_FILE | K_GRANT | K_HIDDEN | K_HOUR | K_HOURS | K_IP | K_LIST | K_LISTED
  | K_MINUTE | K_MINUTES | K_MONTH | K_MOST | K_NEVER | K_NONE | K_NUMBER
  | K_OBJECT | K_ON | K_PER | K_POL | K_READ | K_REFUND | K_REJECT | K_ROLE
  | K_ROLES | K_ROLLING | K_SAME | K_SECOND | K_SECONDS | K_SERVER | K_SESSION
  | K_STRING | K_SUBJECT | K_SUPPRESS | K_TIME | K_TIMES | K_WEEK | K_WEEKS
  | K_WITH
  ;

reservedWord
  : K_ALL | K_ALLOW | K_AND | K_ANY | K_AS | K_ASK | K_ASSERT | K_BY
  | K_CATALOG | K_CHARGE | K_CLASS | K_CONTAINS | K_DEFAULT | K_DENY | K_ELSE
  | K_ENDS | K_EXCEPT | K_FALSE | K_FINDS | K_FOR | K_HAS | K_IGNORING
  | K_IMPORT | K_IN | K_IS | K_LIKE | K_LIMIT | K_MARK | K_MATCHES | K_METHOD
  | K_MODULE | K_NOT | K_NOW | K_NULL | K_ONLY | K_OR | K_POLICY | K_PREDICATE
  | K_PROMPT | K_REDACT | K_RESOURCE | K_SET | K_STARTS | K_TEST | K_TOOL
  | K_TRUE | K_UNDER | K_WHEN | K_WITHIN | K_ZONE
  ;
