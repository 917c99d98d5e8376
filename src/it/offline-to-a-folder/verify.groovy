import groovy.json.JsonSlurper

def layout = new File(basedir, 'target/images/team/offline')
assert new JsonSlurper().parse(new File(layout, 'oci-layout')) == [imageLayoutVersion: '1.0.0']
def entries = new JsonSlurper().parse(new File(layout, 'index.json')).manifests
assert entries.size() == 1
assert entries[0].annotations == ['org.opencontainers.image.ref.name': '1.0']
assert new File(layout, 'blobs/sha256/' + entries[0].digest.substring(7)).isFile()
