def log = new File(basedir, 'build.log').text
assert log.contains('127.0.0.1:1 refused the connection')
assert log.contains('Check host and port')
