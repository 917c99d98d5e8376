def log = new File(basedir, 'build.log')
def ours = log.readLines().findAll { it.startsWith('linkCallSite dev.multiarch.') }
assert ours.any { it.contains('LambdaMetafactory') }
// A record's own hashCode and equals cost a JVM that has just started 30 to 50 ms.
assert ours.findAll { it.contains('ObjectMethods') } == []

assert log.text.count('little-code, nothing changed') == 1
assert log.text.count('BUILD SUCCESS') == 3
